#include "profiles/questionnaire.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "fhir/byte_scan.h"
#include "profiles/contained_value_set.h"

namespace oncobridge::profiles {
namespace {

constexpr std::array<std::pair<std::string_view, ItemType>, 17> kItemTypes = {{
    {"attachment", ItemType::kAttachment},
    {"boolean", ItemType::kBoolean},
    {"choice", ItemType::kChoice},
    {"date", ItemType::kDate},
    {"dateTime", ItemType::kDateTime},
    {"decimal", ItemType::kDecimal},
    {"display", ItemType::kDisplay},
    {"group", ItemType::kGroup},
    {"integer", ItemType::kInteger},
    {"open-choice", ItemType::kOpenChoice},
    {"quantity", ItemType::kQuantity},
    {"question", ItemType::kQuestion},
    {"reference", ItemType::kReference},
    {"string", ItemType::kString},
    {"text", ItemType::kText},
    {"time", ItemType::kTime},
    {"url", ItemType::kUrl},
}};

constexpr std::array<std::pair<std::string_view, EnableOperator>, 7> kOperators = {{
    {"exists", EnableOperator::kExists},
    {"=", EnableOperator::kEqual},
    {"!=", EnableOperator::kNotEqual},
    {">", EnableOperator::kGreater},
    {"<", EnableOperator::kLess},
    {">=", EnableOperator::kGreaterOrEqual},
    {"<=", EnableOperator::kLessOrEqual},
}};

enum class ItemExtension : std::uint8_t {
  kEnableExpression,
  kEntryFormat,
  kMaxDecimalPlaces,
  kMaxOccurs,
  kMaxQuantity,
  kMaxSize,
  kMaxValue,
  kMimeType,
  kMinLength,
  kMinOccurs,
  kMinQuantity,
  kMinValue,
  kReferenceProfile,
  kReferenceResource,
  kRegex,
  kUnitOption,
  kUnitValueSet,
};

constexpr std::string_view kCore = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view kSdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/";

constexpr std::array<std::pair<std::string_view, ItemExtension>, 14> kCoreExtensions = {{
    {"entryFormat", ItemExtension::kEntryFormat},
    {"maxDecimalPlaces", ItemExtension::kMaxDecimalPlaces},
    {"questionnaire-maxOccurs", ItemExtension::kMaxOccurs},
    {"maxSize", ItemExtension::kMaxSize},
    {"maxValue", ItemExtension::kMaxValue},
    {"mimeType", ItemExtension::kMimeType},
    {"minLength", ItemExtension::kMinLength},
    {"questionnaire-minOccurs", ItemExtension::kMinOccurs},
    {"minValue", ItemExtension::kMinValue},
    {"questionnaire-referenceProfile", ItemExtension::kReferenceProfile},
    {"questionnaire-referenceResource", ItemExtension::kReferenceResource},
    {"regex", ItemExtension::kRegex},
    {"questionnaire-unitOption", ItemExtension::kUnitOption},
    {"questionnaire-unitValueSet", ItemExtension::kUnitValueSet},
}};

constexpr std::array<std::pair<std::string_view, ItemExtension>, 3> kSdcExtensions = {{
    {"sdc-questionnaire-enableWhenExpression", ItemExtension::kEnableExpression},
    {"sdc-questionnaire-maxQuantity", ItemExtension::kMaxQuantity},
    {"sdc-questionnaire-minQuantity", ItemExtension::kMinQuantity},
}};

template <typename Table>
auto look_up(const Table& table, std::string_view word)
    -> std::optional<typename Table::value_type::second_type> {
  for (const auto& [known, value] : table) {
    if (known == word) return value;
  }
  return std::nullopt;
}

std::optional<ItemExtension> extension_of(std::string_view url) {
  if (url.starts_with(kSdc)) return look_up(kSdcExtensions, url.substr(kSdc.size()));
  if (url.starts_with(kCore)) return look_up(kCoreExtensions, url.substr(kCore.size()));
  return std::nullopt;
}

// A whole number; of a decimal its whole part.
std::optional<std::uint64_t> count_of(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (fault != std::errc() || end == text.data()) return std::nullopt;
  return count;
}

}  // namespace

// Makes the items of a Questionnaire. Nests no deeper than the tape allows.
class QuestionnaireReader {
 public:
  QuestionnaireReader(const Tape& tape, NodeId root, NodeId container, const NameTable& table,
                      const QuestionnaireNames& names, const Terminology& terminology,
                      Questionnaire& out)
      : tape_(tape),
        root_(root),
        container_(container),
        table_(table),
        names_(names),
        terminology_(terminology),
        out_(out) {}

  void read() {
    read_items(root_, kNoItem);
    if (const NodeId period = tape_.child(root_, names_.effective_period); period != kNoNode) {
      out_.period_start_ = part(period, names_.start);
      out_.period_end_ = part(period, names_.end);
    }
    index();
    for (std::uint32_t i = 0; i < out_.items_.size(); ++i) {
      QuestionnaireItem& item = out_.items_[i];
      item.first_condition = out_.condition_count_;
      out_.condition_count_ += static_cast<std::uint32_t>(item.conditions.size());
      for (EnableCondition& condition : item.conditions) place(i, condition);
    }
  }

 private:
  std::string_view part(NodeId node, NameId name) const {
    const NodeId found = tape_.child(node, name);
    return found == kNoNode ? std::string_view() : tape_[found].value();
  }
  bool flag(NodeId node, NameId name) const { return part(node, name) == "true"; }

  void read_items(NodeId holder, std::uint32_t parent) {
    std::uint32_t before = kNoItem;
    for (NodeId node = tape_.child(holder, names_.item); node != kNoNode;
         node = tape_.next_same(node)) {
      const auto index = static_cast<std::uint32_t>(out_.items_.size());
      out_.items_.emplace_back().parent = parent;
      if (before != kNoItem) {
        out_.items_[before].next = index;
      } else if (parent != kNoItem) {
        out_.items_[parent].first = index;
      }
      before = index;
      read_item(node, out_.items_[index]);
      read_items(node, index);
    }
  }

  void read_item(NodeId node, QuestionnaireItem& item) {
    item.node = node;
    item.link_id = part(node, names_.link_id);
    item.text = part(node, names_.text);
    item.type = look_up(kItemTypes, part(node, names_.type)).value_or(ItemType::kUnknown);
    item.required = flag(node, names_.required);
    item.repeats = flag(node, names_.repeats);
    item.max_length =
        static_cast<std::uint32_t>(count_of(part(node, names_.max_length)).value_or(0));
    if (const NodeId text = tape_.child(node, names_.text); text != kNoNode) {
      item.text_varies = tape_.child(text, names_.extension) != kNoNode;
    }
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      const NameId name = tape_[id].name;
      if (name == names_.enable_when) {
        read_condition(id, item.conditions.emplace_back());
      } else if (name == names_.answer_option) {
        read_option(id, item);
      } else if (name == names_.answer_value_set) {
        item.answers = answer_set(tape_[id].value());
      } else if (name == names_.extension) {
        read_extension(id, item);
      }
    }
    const std::string_view behavior = part(node, names_.enable_behavior);
    item.all_conditions = behavior == "all";
    if (item.conditions.size() > 1 && behavior != "all" && behavior != "any") {
      item.undecidable_enabling = true;  // que-12
    }
  }

  AnswerValue value_of(NodeId node) const {
    for (NodeId id = tape_[node].first; id != kNoNode; id = tape_[id].next) {
      const AnswerType type = names_.answer_type(tape_[id].name);
      if (type != AnswerType::kNone) return read_answer_value(tape_, id, type, names_);
    }
    return {};
  }

  void read_condition(NodeId node, EnableCondition& condition) {
    condition.question_id = part(node, names_.question);
    condition.op = look_up(kOperators, part(node, names_.op)).value_or(EnableOperator::kUnknown);
    condition.answer = value_of(node);
  }

  void read_option(NodeId node, QuestionnaireItem& item) {
    AnswerOption option;
    option.value = value_of(node);
    if (option.value.type == AnswerType::kNone) return;
    for (NodeId id = tape_.child(node, names_.extension); id != kNoNode; id = tape_.next_same(id)) {
      option.exclusive |=
          part(id, names_.url) ==
              "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive" &&
          text_of_value(id) == "true";
    }
    item.options.push_back(option);
  }

  // Of an extension, whatever its type.
  std::string_view text_of_value(NodeId extension) const {
    for (NodeId id = tape_[extension].first; id != kNoNode; id = tape_[id].next) {
      if (tape_.name(id).starts_with("value")) return tape_[id].value();
    }
    return {};
  }

  AnswerLimits& limits(QuestionnaireItem& item) {
    if (item.limits == nullptr) item.limits = std::make_unique<AnswerLimits>();
    return *item.limits;
  }

  void read_extension(NodeId node, QuestionnaireItem& item) {
    const std::optional<ItemExtension> kind = extension_of(part(node, names_.url));
    if (!kind) return;
    if (*kind == ItemExtension::kEnableExpression) {
      item.undecidable_enabling = true;
      return;
    }
    const std::string_view text = text_of_value(node);
    const std::optional<std::uint64_t> count = count_of(text);
    AnswerLimits& limits = this->limits(item);
    switch (*kind) {
      case ItemExtension::kMinOccurs:
        limits.min_occurs = static_cast<std::uint32_t>(count.value_or(0));
        break;
      case ItemExtension::kMaxOccurs:
        limits.max_occurs = count;
        break;
      case ItemExtension::kMinLength:
        limits.min_length = static_cast<std::uint32_t>(count.value_or(0));
        break;
      case ItemExtension::kMaxDecimalPlaces:
        limits.max_decimal_places = count;
        break;
      case ItemExtension::kMaxSize:
        limits.max_size = count;
        break;
      case ItemExtension::kMinValue:
        limits.min = value_of(node);
        break;
      case ItemExtension::kMaxValue:
        limits.max = value_of(node);
        break;
      case ItemExtension::kMinQuantity:
        limits.min_quantity = value_of(node);
        break;
      case ItemExtension::kMaxQuantity:
        limits.max_quantity = value_of(node);
        break;
      case ItemExtension::kRegex:
        limits.regex = text;
        limits.pattern = std::make_unique<fhirpath::Pattern>(text);
        break;
      case ItemExtension::kEntryFormat:
        limits.entry_format = text;
        break;
      case ItemExtension::kMimeType:
        limits.mime_types.push_back(text);
        break;
      case ItemExtension::kReferenceResource:
        limits.resource_types.push_back(text);
        break;
      case ItemExtension::kReferenceProfile:
        limits.profiles.push_back(text);
        break;
      case ItemExtension::kUnitOption:
        limits.units.push_back(value_of(node));
        break;
      case ItemExtension::kUnitValueSet:
        limits.unit_set = answer_set(text);
        break;
      case ItemExtension::kEnableExpression:
        break;
    }
  }

  std::unique_ptr<AnswerSet> answer_set(std::string_view canonical) {
    if (canonical.empty()) return nullptr;
    auto set = std::make_unique<AnswerSet>();
    set->canonical = canonical;
    if (canonical.front() != '#') return set;
    NodeId found = contained_in(root_, canonical.substr(1));
    if (found == kNoNode && container_ != kNoNode) {
      found = contained_in(container_, canonical.substr(1));
    }
    if (found == kNoNode) return set;
    set->definition = std::make_unique<ValueSet>(contained_value_set(table_, tape_, found));
    set->contained = terminology_.compile(*set->definition);
    set->compiled = set->contained.get();
    return set;
  }

  NodeId contained_in(NodeId resource, std::string_view id) const {
    for (NodeId node = tape_.child(resource, names_.contained); node != kNoNode;
         node = tape_.next_same(node)) {
      if (tape_[node].value() == "ValueSet" && part(node, names_.id) == id) return node;
    }
    return kNoNode;
  }

  void index() {
    std::vector<std::uint32_t>& order = out_.by_link_id_;
    for (std::uint32_t i = 0; i < out_.items_.size(); ++i) order.push_back(i);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const QuestionnaireItem& left = out_.items_[a];
      const QuestionnaireItem& right = out_.items_[b];
      return std::tie(left.link_id, left.parent, a) < std::tie(right.link_id, right.parent, b);
    });
  }

  // Finds the question and the nearest item around it and `item`.
  void place(std::uint32_t item, EnableCondition& condition) const {
    condition.question = out_.find(condition.question_id);
    if (condition.question == kNoItem) return;
    // Parents come before children: the two chains meet where the later one steps up.
    std::uint32_t a = condition.question == item ? out_.items_[item].parent : item;
    std::uint32_t b = condition.question;
    while (a != b && a != kNoItem && b != kNoItem) {
      std::uint32_t& later = a > b ? a : b;
      later = out_.items_[later].parent;
    }
    condition.scope = a == b ? a : kNoItem;
  }

  const Tape& tape_;
  const NodeId root_;
  const NodeId container_;
  const NameTable& table_;
  const QuestionnaireNames& names_;
  const Terminology& terminology_;
  Questionnaire& out_;
};

Questionnaire::Questionnaire(const Tape& tape, NodeId root, NodeId container,
                             const NameTable& table, const QuestionnaireNames& names,
                             const Terminology& terminology) {
  QuestionnaireReader(tape, root, container, table, names, terminology, *this).read();
}

std::uint32_t Questionnaire::find(std::string_view link_id, std::uint32_t parent) const {
  const auto at =
      std::lower_bound(by_link_id_.begin(), by_link_id_.end(), std::tie(link_id, parent),
                       [&](std::uint32_t item, const auto& wanted) {
                         return std::tie(items_[item].link_id, items_[item].parent) < wanted;
                       });
  if (at == by_link_id_.end() || items_[*at].link_id != link_id || items_[*at].parent != parent) {
    return kNoItem;
  }
  return *at;
}

std::uint32_t Questionnaire::find(std::string_view link_id) const {
  const auto at = std::lower_bound(
      by_link_id_.begin(), by_link_id_.end(), link_id,
      [&](std::uint32_t item, std::string_view wanted) { return items_[item].link_id < wanted; });
  return at == by_link_id_.end() || items_[*at].link_id != link_id ? kNoItem : *at;
}

struct QuestionnaireSet::Entry {
  const LooseQuestionnaire* source = nullptr;
  std::once_flag once;
  std::unique_ptr<Names> names;
  std::unique_ptr<Tape> tape;
  std::unique_ptr<Questionnaire> compiled;
};

QuestionnaireSet::QuestionnaireSet(const LooseResources& loose, const NameTable& table,
                                   const Terminology& terminology)
    : table_(table), terminology_(terminology), names_(table) {
  for (const auto& questionnaire : loose.questionnaires) {
    entries_.push_back(std::make_unique<Entry>());
    entries_.back()->source = questionnaire.get();
    by_url_[questionnaire->url].push_back(entries_.back().get());
  }
}

QuestionnaireSet::~QuestionnaireSet() = default;

const Questionnaire* QuestionnaireSet::find(std::string_view canonical) const {
  const Canonical wanted = split_canonical(canonical);
  const auto found = by_url_.find(wanted.url);
  if (found == by_url_.end()) return nullptr;
  for (auto at = found->second.rbegin(); at != found->second.rend(); ++at) {
    Entry& entry = **at;
    if (!wanted.version.empty() && entry.source->version != wanted.version) continue;
    std::call_once(entry.once, [&] {
      entry.names = std::make_unique<Names>(table_);
      entry.tape = std::make_unique<Tape>(*entry.names);
      const std::string_view bytes = entry.source->bytes;
      if (begins_as_xml(bytes) ? entry.tape->read_xml(bytes) : entry.tape->read_json(bytes)) {
        entry.compiled = std::make_unique<Questionnaire>(*entry.tape, entry.tape->root(), kNoNode,
                                                         table_, names_, terminology_);
      }
    });
    if (entry.compiled != nullptr) return entry.compiled.get();
  }
  return nullptr;
}

}  // namespace oncobridge::profiles
