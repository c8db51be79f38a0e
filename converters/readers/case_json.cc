#include "converters/readers/case_json.h"

#include <simdjson.h>

#include <algorithm>

#include "converters/readers/text_rules.h"
#include "oncobridge/base/arena.h"
#include "oncobridge/base/partial_date.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using simdjson::SUCCESS;


class CaseJsonReader final : public RecordReader {
 public:
  CaseJsonReader(const Terms& terms, CaseJsonLimits limits) : terms_(terms), limits_(limits) {}

  const CaseRecord* read(const RecordBytes& record) override;
  const std::vector<Fault>& faults() const override { return faults_; }
  LeafIndex& leaves() override { return leaves_; }

 private:
  struct PendingRef {
    Ref* ref;
    const Field* field;
  };
  struct Labelled {
    std::string_view label;
    Fact* fact;
  };

  // A member of a structure: where to store it, and as what it is known.
  struct Member {
    const Field* field;
    char* target;
    std::uint32_t node;
    std::uint32_t index;
  };

  bool read_structure(ondemand::object object, const Shape& shape, char* base, std::uint32_t node);
  bool read_member(ondemand::value value, const Field& field, char* base, std::uint32_t node);
  bool read_list(ondemand::array array, const Field& field, char* base, std::uint32_t node);
  bool read_one(ondemand::value value, const Member& member);
  bool read_object(ondemand::value value, const Member& member);
  bool read_short_form(ondemand::value value, const Member& member);
  bool read_concept(ondemand::value value, const Member& member);
  bool read_concept_object(ondemand::object object, const Member& member);
  bool read_string(ondemand::value value, const Member& member, std::string_view& text);
  bool store_text(std::string_view text, std::uint32_t offset, const Member& member);
  void resolve_references();

  static std::size_t element_size(const Field& field);
  std::uint32_t offset_of(std::string_view token) const {
    return static_cast<std::uint32_t>(token.data() - bytes_.data());
  }
  std::string member_path(const Member& member) const;
  // Notes a fault; false if the record is broken beyond reading on.
  bool wrong(std::uint32_t offset, std::string path, std::string rule, std::string message,
             std::string advice, std::string_view value = {});
  bool broken(error_code error);

  const Terms& terms_;
  const CaseJsonLimits limits_;
  ondemand::parser parser_;
  ondemand::document document_;
  Arena arena_;
  LeafIndex leaves_;
  std::vector<Fault> faults_;
  std::vector<PendingRef> references_;
  std::vector<Labelled> labels_;
  std::string_view bytes_;
  RecordBytes record_{};
  bool iterating_ = false;  // the document has been opened, so it knows its location
};

// simdjson's raw token with the white space that follows it cut off.
std::string_view trimmed(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t')) {
    token.remove_suffix(1);
  }
  return token;
}

const CaseRecord* CaseJsonReader::read(const RecordBytes& record) {
  record_ = record;
  bytes_ = record.bytes;
  arena_.reset();
  leaves_.clear();
  faults_.clear();
  references_.clear();
  labels_.clear();
  leaves_.nodes.push_back({nullptr, 0, 0});
  auto* result = arena_.make_array<CaseRecord>(1);

  iterating_ = false;
  error_code error =
      parser_.iterate(bytes_.data(), bytes_.size(), bytes_.size() + kRecordPadding).get(document_);
  if (error) return broken(error), nullptr;
  iterating_ = true;
  ondemand::json_type type;
  error = document_.type().get(type);
  if (error) return broken(error), nullptr;
  ondemand::object object;
  if (type != ondemand::json_type::object) {
    wrong(0, "", "not-an-object", "a case record must be a JSON object", "write {...}");
    return nullptr;
  }
  error = document_.get_object().get(object);
  if (error) return broken(error), nullptr;
  if (!read_structure(object, case_record_shape(), reinterpret_cast<char*>(result), 0)) return nullptr;
  const char* after = nullptr;
  if (document_.current_location().get(after) != simdjson::OUT_OF_BOUNDS) {
    wrong(static_cast<std::uint32_t>(bytes_.size()), "", "trailing-content",
          "something follows the record's closing brace", "one record is one JSON object");
    return nullptr;
  }
  resolve_references();
  return faults_.empty() ? result : nullptr;
}

bool CaseJsonReader::read_structure(ondemand::object object, const Shape& shape, char* base,
                                    std::uint32_t node) {
  const auto& fields = shape.fields;
  if (shape.is_fact) reinterpret_cast<Fact*>(base)->shape = &shape;
  std::uint64_t seen = 0;
  std::size_t next = 0;  // fields usually come in table order
  std::uint32_t offset = 0;
  for (auto member : object) {
    ondemand::raw_json_string key;
    error_code error = member.key().get(key);
    if (error) return broken(error);
    const char* raw = key.raw();
    offset = static_cast<std::uint32_t>(raw - bytes_.data()) - 1;
    std::size_t tried = 0;
    std::size_t at = next;
    for (; tried < fields.size(); ++tried, at = at + 1 == fields.size() ? 0 : at + 1) {
      const std::string_view name = fields[at].name;
      if (std::memcmp(raw, name.data(), name.size()) == 0 && raw[name.size()] == '"') break;
    }
    if (tried == fields.size()) {
      std::string_view name(raw, std::min(bytes_.find('"', offset + 1), bytes_.size()) - offset - 1);
      if (!wrong(offset, leaves_.path_of_node(node), "unknown-field",
                 "a " + std::string(shape.name) + " has no such field",
                 "see docs/case_record.md; nothing is dropped silently", name)) {
        return false;
      }
      ondemand::value ignored;
      if ((error = member.value().get(ignored))) return broken(error);
      continue;
    }
    next = at + 1 == fields.size() ? 0 : at + 1;
    const Field& field = fields[at];
    ondemand::value value;
    error = member.value().get(value);
    if (error) return broken(error);
    if (seen & (std::uint64_t{1} << at)) {
      if (!wrong(offset, leaves_.path_of_node(node), "duplicate-field", "the field is given twice",
                 "keep one; use a list or `conflicts` for a second value", field.name)) {
        return false;
      }
      continue;
    }
    seen |= std::uint64_t{1} << at;
    if (!read_member(value, field, base, node)) return false;
  }
  for (std::size_t at = 0; at < fields.size(); ++at) {
    if (!fields[at].required || (seen & (std::uint64_t{1} << at))) continue;
    if (!wrong(offset, leaves_.path_of_node(node), "missing-field",
               "the field `" + std::string(fields[at].name) + "` is required", "add it")) {
      return false;
    }
  }
  if (shape.is_fact) {
    auto* fact = reinterpret_cast<Fact*>(base);
    if (fact->label) {
      labels_.push_back({fact->label.value, fact});
      leaves_.used[fact->label.leaf - 1] |= LeafIndex::kUsed;  // a name inside the record, not a clinical fact
    }
  }
  return true;
}

bool CaseJsonReader::read_member(ondemand::value value, const Field& field, char* base,
                                 std::uint32_t node) {
  if (!field.is_list) return read_one(value, {&field, base + field.offset, node, 0});
  ondemand::json_type type;
  error_code error = value.type().get(type);
  if (error) return broken(error);
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if ((error = value.get_array().get(array))) return broken(error);
    return read_list(array, field, base, node);
  }
  if (!field.one_or_many) {
    return wrong(offset_of(value.raw_json_token()), leaves_.path_of_node(node), "wrong-type",
                 "the field `" + std::string(field.name) + "` must be a list", "write [...]",
                 trimmed(value.raw_json_token()));
  }
  auto* list = reinterpret_cast<List<char>*>(base + field.offset);
  auto* element = static_cast<char*>(arena_.allocate_zeroed(element_size(field)));
  *list = {element, 1};
  return read_one(value, {&field, element, node, 0});
}

bool CaseJsonReader::read_list(ondemand::array array, const Field& field, char* base,
                               std::uint32_t node) {
  const std::size_t size = element_size(field);
  std::uint32_t count = 0;
  std::uint32_t capacity = 4;
  auto* items = static_cast<char*>(arena_.allocate_zeroed(size * capacity));
  // Labels and references point into the elements, so those of a list that moves have to follow.
  const auto moved = [&](const char* from, char* to, std::size_t bytes) {
    const auto follow = [&](auto*& pointer) {
      auto* at = reinterpret_cast<const char*>(pointer);
      if (at >= from && at < from + bytes) {
        pointer = reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(to + (at - from));
      }
    };
    for (auto& label : labels_) follow(label.fact);
    for (auto& pending : references_) follow(pending.ref);
  };
  for (auto element : array) {
    ondemand::value value;
    const error_code error = element.get(value);
    if (error) return broken(error);
    if (count == capacity) {
      auto* larger = static_cast<char*>(arena_.allocate_zeroed(size * capacity * 2));
      std::memcpy(larger, items, size * capacity);
      moved(items, larger, size * capacity);
      items = larger;
      capacity *= 2;
    }
    if (!read_one(value, {&field, items + size * count, node, count})) return false;
    ++count;
  }
  if (count == 0 && !wrong(0, leaves_.path_of_node(node), "empty-list",
                           "the list `" + std::string(field.name) + "` is empty",
                           "leave the field out: an empty list says nothing")) {
    return false;
  }
  *reinterpret_cast<List<char>*>(base + field.offset) = {items, count};
  return true;
}

bool CaseJsonReader::read_one(ondemand::value value, const Member& member) {
  const Field& field = *member.field;
  if (field.kind == Kind::object) return read_object(value, member);
  if (field.kind == Kind::concept_) return read_concept(value, member);
  const std::string_view token = trimmed(value.raw_json_token());
  const std::uint32_t offset = offset_of(token);
  const auto wrong_type = [&](std::string_view expected) {
    return wrong(offset, member_path(member), "wrong-type", "must be " + std::string(expected),
                 "see docs/case_record.md", token);
  };
  switch (field.kind) {
    case Kind::flag: {
      if (token != "true" && token != "false") return wrong_type("true or false");
      *reinterpret_cast<Flag*>(member.target) = {
          token == "true", leaves_.add(&field, member.node, member.index, offset)};
      return true;
    }
    case Kind::whole: {
      std::uint64_t number = 0;
      const bool digits = !token.empty() && token.size() <= 10 &&
                          token.find_first_not_of("0123456789") == std::string_view::npos &&
                          (token.size() == 1 || token[0] != '0');
      if (!digits) return wrong_type("a whole number, 0 or more");
      for (const char c : token) number = number * 10 + static_cast<std::uint64_t>(c - '0');
      const std::uint64_t maximum = field.maximum == 0 ? 2147483647u : field.maximum;
      if (number > maximum) {
        return wrong(offset, member_path(member), "out-of-range",
                     "must be at most " + std::to_string(maximum), "correct the value", token);
      }
      *reinterpret_cast<Whole*>(member.target) = {
          static_cast<std::uint32_t>(number), leaves_.add(&field, member.node, member.index, offset)};
      return true;
    }
    case Kind::decimal: {
      if (!is_decimal(token)) return wrong_type("a number (without quotes, at most 64 characters)");
      *reinterpret_cast<Decimal*>(member.target) = {
          token, leaves_.add(&field, member.node, member.index, offset)};
      return true;
    }
    default: {
      std::string_view text;
      if (token.empty() || token[0] != '"') return wrong_type("a string");
      if (!read_string(value, member, text)) return faults_.size() < limits_.max_faults && text.data() != nullptr;
      return store_text(text, offset, member);
    }
  }
}

// A text, date, choice or reference whose string has been read.
bool CaseJsonReader::store_text(std::string_view text, std::uint32_t offset, const Member& member) {
  const Field& field = *member.field;
  switch (field.kind) {
    case Kind::date:
      if (partial_date_precision(text) == DatePrecision::none) {
        return wrong(offset, member_path(member), "impossible-date",
                     "not a date of the calendar as YYYY, YYYY-MM or YYYY-MM-DD",
                     "correct it, or give words in `text`", text);
      }
      *reinterpret_cast<Date*>(member.target) = {text, leaves_.add(&field, member.node, member.index, offset)};
      return true;
    case Kind::choice: {
      const auto found = std::find(field.choices.begin(), field.choices.end(), text);
      if (found == field.choices.end()) {
        std::string words;
        for (const std::string_view word : field.choices) {
          if (!words.empty()) words += ", ";
          words += word;
        }
        return wrong(offset, member_path(member), "not-in-list", "must be one of: " + words,
                     "use a word of the list", text);
      }
      struct RawChoice {
        unsigned char value;
        Leaf leaf;
      };
      const RawChoice choice{static_cast<unsigned char>(found - field.choices.begin() + 1),
                             leaves_.add(&field, member.node, member.index, offset)};
      std::memcpy(member.target, &choice, sizeof(choice));
      return true;
    }
    case Kind::ref: {
      auto* ref = reinterpret_cast<Ref*>(member.target);
      *ref = {text, nullptr, leaves_.add(&field, member.node, member.index, offset)};
      references_.push_back({ref, &field});
      return true;
    }
    default: {
      const std::string_view rule = broken_text_rule(field.text_rule, text);
      if (!rule.empty()) {
        return wrong(offset, member_path(member), "text-form", std::string(rule),
                     "see docs/case_record.md", text);
      }
      *reinterpret_cast<Text*>(member.target) = {text, leaves_.add(&field, member.node, member.index, offset)};
      return true;
    }
  }
}

// Unescapes a string and checks what FHIR demands of one. On a fault, `text` stays usable unless the
// document itself is broken.
bool CaseJsonReader::read_string(ondemand::value value, const Member& member, std::string_view& text) {
  const std::uint32_t offset = offset_of(value.raw_json_token());
  const error_code error = value.get_string().get(text);
  if (error) {
    text = {};
    return broken(error);
  }
  const std::string_view fault_rule = broken_string_rule(text, limits_.max_text);
  if (fault_rule.empty()) return true;
  wrong(offset, member_path(member), "text-form", std::string(fault_rule), "correct the text",
        text.substr(0, 200));
  return false;
}

bool CaseJsonReader::read_object(ondemand::value value, const Member& member) {
  const Shape& shape = *member.field->shape;
  ondemand::json_type type;
  error_code error = value.type().get(type);
  if (error) return broken(error);
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if ((error = value.get_object().get(object))) return broken(error);
    leaves_.nodes.push_back({member.field, member.node, member.index});
    const std::size_t before = leaves_.leaves.size();
    const std::size_t faults_before = faults_.size();
    const auto node = static_cast<std::uint32_t>(leaves_.nodes.size() - 1);
    if (!read_structure(object, shape, member.target, node)) return false;
    if (leaves_.leaves.size() == before && faults_.size() == faults_before) {
      return wrong(0, leaves_.path_of_node(node), "empty-object", "the object says nothing",
                   "leave the field out");
    }
    return true;
  }
  if (type == ondemand::json_type::string && shape.short_form >= 0) return read_short_form(value, member);
  const std::string_view token = trimmed(value.raw_json_token());
  return wrong(offset_of(token), member_path(member), "wrong-type",
               shape.short_form >= 0 ? "must be an object or a string" : "must be an object",
               "see docs/case_record.md", token);
}

// A plain string in place of an object sets the shape's short form field.
bool CaseJsonReader::read_short_form(ondemand::value value, const Member& member) {
  const Shape& shape = *member.field->shape;
  const Field& field = shape.fields[static_cast<std::size_t>(shape.short_form)];
  leaves_.nodes.push_back({member.field, member.node, member.index});
  return read_one(value, {&field, member.target + field.offset,
                          static_cast<std::uint32_t>(leaves_.nodes.size() - 1), 0});
}

bool CaseJsonReader::read_concept(ondemand::value value, const Member& member) {
  ondemand::json_type type;
  error_code error = value.type().get(type);
  if (error) return broken(error);
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if ((error = value.get_object().get(object))) return broken(error);
    return read_concept_object(object, member);
  }
  const std::string_view token = trimmed(value.raw_json_token());
  const std::uint32_t offset = offset_of(token);
  if (type != ondemand::json_type::string) {
    return wrong(offset, member_path(member), "wrong-type", "must be a wording or {text, code, system}",
                 "see docs/case_record.md", token);
  }
  std::string_view text;
  if (!read_string(value, member, text)) return text.data() != nullptr;
  *reinterpret_cast<Concept*>(member.target) = {
      text, terms_.find(member.field->terms, text),
      leaves_.add(member.field, member.node, member.index, offset)};
  if (reinterpret_cast<Concept*>(member.target)->term == nullptr) leaves_.used.back() |= LeafIndex::kUncoded;
  return true;
}

// {"text": wording, "code": code, "system": URL}: the code must be one of the field's table.
bool CaseJsonReader::read_concept_object(ondemand::object object, const Member& member) {
  constexpr std::string_view kParts[] = {"text", "code", "system"};
  std::string_view parts[3];
  std::uint32_t offset = 0;
  bool sound = true;
  for (auto field : object) {
    ondemand::raw_json_string key;
    error_code error = field.key().get(key);
    if (error) return broken(error);
    offset = static_cast<std::uint32_t>(key.raw() - bytes_.data()) - 1;
    std::size_t part = 0;
    while (part < 3 && !(std::memcmp(key.raw(), kParts[part].data(), kParts[part].size()) == 0 &&
                         key.raw()[kParts[part].size()] == '"')) {
      ++part;
    }
    ondemand::value value;
    if ((error = field.value().get(value))) return broken(error);
    if (part == 3 || parts[part].data() != nullptr) {
      const std::string_view name(key.raw(), std::min(bytes_.find('"', offset + 1), bytes_.size()) - offset - 1);
      if (!wrong(offset, member_path(member), part == 3 ? "unknown-field" : "duplicate-field",
                 "a coded value has text, code and system, each once", "see docs/case_record.md", name)) {
        return false;
      }
      sound = false;
      continue;
    }
    const std::string_view token = trimmed(value.raw_json_token());
    if (token.empty() || token[0] != '"') {
      if (!wrong(offset_of(token), member_path(member), "wrong-type", "must be a string",
                 "codes are strings too", token)) {
        return false;
      }
      sound = false;
      continue;
    }
    if (!read_string(value, member, parts[part])) {
      if (parts[part].data() == nullptr) return false;
      sound = false;
    }
  }
  if (!sound) return true;
  const auto& [text, code, system] = parts;
  if (text.data() == nullptr && code.data() == nullptr) {
    return wrong(offset, member_path(member), "missing-field", "a coded value needs `text` or `code`",
                 "add the source's wording");
  }
  const Term* term = nullptr;
  if (code.data() != nullptr) {
    term = terms_.find_code(member.field->terms, code, system);
    if (term == nullptr) {
      return wrong(offset, member_path(member), "code-not-in-list",
                   "not a code of the field's table `" +
                       std::string(term_field_name(member.field->terms)) + "`",
                   "list the table with: oncobridge terms --field " +
                       std::string(term_field_name(member.field->terms)),
                   code);
    }
  } else if (system.data() != nullptr) {
    return wrong(offset, member_path(member), "missing-field", "`system` without `code`", "add the code");
  } else {
    term = terms_.find(member.field->terms, text);
  }
  const std::string_view wording = text.data() != nullptr ? text : term->codings.front().display;
  *reinterpret_cast<Concept*>(member.target) = {
      wording, term, leaves_.add(member.field, member.node, member.index, offset)};
  if (term == nullptr) leaves_.used.back() |= LeafIndex::kUncoded;
  return true;
}

void CaseJsonReader::resolve_references() {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (labels_[i].label != labels_[k].label) continue;
      const Leaf leaf = labels_[i].fact->label.leaf;
      wrong(leaves_.leaves[leaf - 1].offset, leaves_.path(leaf), "duplicate-id",
            "another fact of the record has the same `id`", "give each fact its own id", labels_[i].label);
      break;
    }
  }
  for (const PendingRef& pending : references_) {
    const Labelled* found = nullptr;
    for (const Labelled& label : labels_) {
      if (label.label == pending.ref->label) found = &label;
    }
    const Leaf leaf = pending.ref->leaf;
    if (found == nullptr) {
      wrong(leaves_.leaves[leaf - 1].offset, leaves_.path(leaf), "unknown-reference",
            "no fact of the record has this `id`", "add the fact or correct the reference", pending.ref->label);
      continue;
    }
    if (!names_shape(pending.field->targets, found->fact->shape->name)) {
      wrong(leaves_.leaves[leaf - 1].offset, leaves_.path(leaf), "wrong-reference",
            "must refer to one of: " + std::string(pending.field->targets), "correct the reference",
            pending.ref->label);
      continue;
    }
    pending.ref->target = found->fact;
  }
}

std::size_t CaseJsonReader::element_size(const Field& field) {
  switch (field.kind) {
    case Kind::object: return field.shape->size;
    case Kind::concept_: return sizeof(Concept);
    case Kind::decimal: return sizeof(Decimal);
    case Kind::date: return sizeof(Date);
    case Kind::ref: return sizeof(Ref);
    default: return sizeof(Text);
  }
}

std::string CaseJsonReader::member_path(const Member& member) const {
  std::string path = leaves_.path_of_node(member.node);
  if (!path.empty()) path += '.';
  path += member.field->name;
  if (member.field->is_list) path += '[' + std::to_string(member.index) + ']';
  return path;
}

bool CaseJsonReader::wrong(std::uint32_t offset, std::string path, std::string rule, std::string message,
                           std::string advice, std::string_view value) {
  const std::string_view before = bytes_.substr(0, offset);
  const auto lines = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n');
  const auto column = static_cast<std::uint32_t>(
      line_start == std::string_view::npos ? offset + record_.first_column : offset - line_start);
  faults_.push_back({std::move(rule), std::move(message), std::move(advice), std::string(value.substr(0, 1000)),
                     {record_.first_line + lines, column, std::move(path)}});
  return faults_.size() < limits_.max_faults;
}

bool CaseJsonReader::broken(error_code error) {
  const char* at = nullptr;
  std::uint32_t offset = 0;
  if (iterating_ && document_.current_location().get(at) == SUCCESS && at >= bytes_.data() &&
      at <= bytes_.data() + bytes_.size()) {
    offset = static_cast<std::uint32_t>(at - bytes_.data());
  }
  const BrokenJson why = describe_broken_json(static_cast<int>(error), bytes_);
  if (why.offset != BrokenJson::kUnknown) offset = static_cast<std::uint32_t>(why.offset);
  wrong(offset, "", std::string(why.rule), std::string(why.message), std::string(why.advice));
  return false;
}

}  // namespace

std::unique_ptr<RecordReader> make_case_json_reader(const Terms& terms, CaseJsonLimits limits) {
  return std::make_unique<CaseJsonReader>(terms, limits);
}

}  // namespace oncobridge
