#include "converters/readers/case_json.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>

#include "converters/readers/broken_json.h"
#include "converters/readers/record_references.h"
#include "converters/readers/text_rules.h"
#include "oncobridge/base/arena.h"
#include "oncobridge/base/partial_date.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using simdjson::SUCCESS;

constexpr std::string_view kConceptParts[] = {"text", "code", "system"};

class CaseJsonReader final : public RecordReader {
 public:
  CaseJsonReader(const Terms& terms, CaseJsonLimits limits) : terms_(terms), limits_(limits) {}

  const CaseRecord* read(const RecordBytes& record) override;
  const std::vector<Fault>& faults() const override { return faults_; }
  LeafIndex& leaves() override { return leaves_; }

 private:
  // A member of a structure: where to store it, and as what it is known.
  struct Member {
    const Field* field;
    char* target;
    std::uint32_t node;
    std::uint32_t index;
  };

  bool read_structure(ondemand::object& object, std::uint32_t start, const Shape& shape, char* base,
                      std::uint32_t node);
  bool read_member(ondemand::value& value, const Field& field, char* base, std::uint32_t node);
  bool read_list(ondemand::array& array, std::uint32_t offset, const Field& field, char* base,
                 std::uint32_t node);
  bool read_one(ondemand::value& value, const Member& member);
  bool read_object(ondemand::value& value, const Member& member);
  bool read_short_form(ondemand::value& value, const Member& member);
  bool read_concept(ondemand::value& value, const Member& member);
  bool read_concept_object(ondemand::object& object, std::uint32_t start, const Member& member);
  // A string: whole, with a fault of its own, or in a document broken beyond reading on.
  enum class Got { whole, fault, broken };
  // `token`: of the value, without the white space behind it.
  Got read_string(ondemand::value& value, std::string_view token, const Member& member,
                  std::string_view part, std::string_view& text);
  bool store_text(std::string_view text, std::uint32_t offset, const Member& member);
  bool store_concept(const Member& member, std::uint32_t offset, const std::string_view (&parts)[3],
                     std::uint32_t code_offset = 0);
  void resolve_references();

  std::uint32_t offset_of(std::string_view token) const {
    return static_cast<std::uint32_t>(token.data() - bytes_.data());
  }
  // `part`: of a coded value, e.g. `code`.
  std::string member_path(const Member& member, std::string_view part = {}) const;
  // Notes a fault; false if the record is broken beyond reading on.
  bool wrong(std::uint32_t offset, std::string path, std::string rule, std::string message,
             std::string advice, std::string_view value = {});
  bool broken(error_code error, std::string path);
  bool broken(error_code error, std::string path, std::uint32_t offset);

  const Terms& terms_;
  const CaseJsonLimits limits_;
  ondemand::parser parser_;
  ondemand::document document_;
  Arena arena_;
  LeafIndex leaves_;
  std::vector<Fault> faults_;
  RecordReferences references_;
  std::string_view bytes_;
  RecordBytes record_{};
  bool iterating_ = false;  // the document has been opened, so it knows its location
};

// simdjson's raw token with the white space that follows it cut off.
std::string_view trimmed(std::string_view token) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ' &&
         (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
          token.back() == '\t')) {
    token.remove_suffix(1);
  }
  return token;
}

// True if the raw key, which ends with a quote, is this name; one with escapes is compared later.
bool is_key(const char* raw_key, std::string_view name) {
  return raw_key[0] == name[0] && raw_key[name.size()] == '"' &&
         std::memcmp(raw_key, name.data(), name.size()) == 0;
}

// Position of the field with this raw key, or the number of fields. Fields usually come in table
// order, so the search begins at `next`.
std::size_t find_field(const Shape& shape, std::size_t next, const char* raw_key) {
  std::uint64_t bytes;  // readable: see kRecordPadding
  std::memcpy(&bytes, raw_key, 8);
  const std::size_t count = shape.fields.size();
  for (std::size_t tried = 0, at = next; tried < count;
       ++tried, at = at + 1 == count ? 0 : at + 1) {
    if ((bytes & shape.heads[at].mask) != shape.heads[at].word) continue;
    const std::string_view name = shape.fields[at].name;
    if (name.size() < 8 || is_key(raw_key, name)) return at;
  }
  return count;
}

const CaseRecord* CaseJsonReader::read(const RecordBytes& record) {
  record_ = record;
  bytes_ = record.bytes;
  arena_.reset();
  leaves_.clear();
  faults_.clear();
  references_.clear();
  leaves_.nodes.push_back({nullptr, 0, 0});
  auto* result = arena_.make_array<CaseRecord>(1);

  iterating_ = false;
  error_code error =
      parser_.iterate(bytes_.data(), bytes_.size(), bytes_.size() + kRecordPadding).get(document_);
  if (error) return broken(error, ""), nullptr;
  iterating_ = true;
  ondemand::json_type type;
  error = document_.type().get(type);
  if (error || type != ondemand::json_type::object) {
    wrong(0, "", "not-an-object", "a case record must be a JSON object", "write {...}",
          excerpt_at(bytes_, 0));
    return nullptr;
  }
  ondemand::object object;
  error = document_.get_object().get(object);
  if (error) return broken(error, ""), nullptr;
  if (!read_structure(object, 0, case_record_shape(), reinterpret_cast<char*>(result), 0))
    return nullptr;
  const char* after = nullptr;
  if (document_.current_location().get(after) != simdjson::OUT_OF_BOUNDS) {
    const auto offset = static_cast<std::uint32_t>(after - bytes_.data());
    wrong(offset, "", "trailing-content", "something follows the record's closing brace",
          "one record is one JSON object", excerpt_at(bytes_, offset));
    return nullptr;
  }
  resolve_references();
  return faults_.empty() ? result : nullptr;
}

bool CaseJsonReader::read_structure(ondemand::object& object, std::uint32_t start,
                                    const Shape& shape, char* base, std::uint32_t node) {
  const auto& fields = shape.fields;
  if (shape.is_fact) reinterpret_cast<Fact*>(base)->shape = &shape;
  std::uint64_t seen = 0;
  std::size_t next = 0;
  for (auto member : object) {
    if (const error_code error = member.error()) return broken(error, leaves_.path_of_node(node));
    // By reference: simdjson's values are copied in halves and read back whole, which stalls.
    ondemand::field& pair = member.value_unsafe();
    const char* raw_key = pair.key().raw();
    const std::uint32_t offset = static_cast<std::uint32_t>(raw_key - bytes_.data()) - 1;
    std::size_t at = find_field(shape, next, raw_key);
    std::string_view name;
    if (at == fields.size()) {
      const error_code error = pair.unescaped_key().get(name);
      if (error) return broken(error, leaves_.path_of_node(node), offset);
      const auto known = [&](const Field& field) { return field.name == name; };
      at = static_cast<std::size_t>(std::find_if(fields.begin(), fields.end(), known) -
                                    fields.begin());
    }
    if (at == fields.size()) {
      if (!wrong(offset, leaves_.path_of_node(node), "unknown-field",
                 "a " + std::string(shape.name) + " has no such field",
                 "see docs/case_record.md; nothing is dropped silently", name)) {
        return false;
      }
      continue;
    }
    const Field& field = fields[at];
    next = at + 1 == fields.size() ? 0 : at + 1;
    if (seen & (std::uint64_t{1} << at)) {
      if (!wrong(offset, leaves_.path_of_node(node), "duplicate-field", "the field is given twice",
                 "keep one; use a list or `conflicts` for a second value", field.name)) {
        return false;
      }
      continue;
    }
    seen |= std::uint64_t{1} << at;
    if (!read_member(pair.value(), field, base, node)) return false;
  }
  for (std::uint64_t missing = shape.required & ~seen; missing != 0; missing &= missing - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(missing));
    if (!wrong(start, leaves_.path_of_node(node), "missing-field",
               "the field `" + std::string(fields[at].name) + "` is required", "add it")) {
      return false;
    }
  }
  if (shape.is_fact) {
    auto* fact = reinterpret_cast<Fact*>(base);
    if (fact->label) {
      references_.add_label(fact);
      leaves_.used[fact->label.leaf - 1] |=
          LeafIndex::kUsed;  // a name inside the record, not a clinical fact
    }
  }
  return true;
}

bool CaseJsonReader::read_member(ondemand::value& value, const Field& field, char* base,
                                 std::uint32_t node) {
  if (!field.is_list) return read_one(value, {&field, base + field.offset, node, 0});
  ondemand::json_type type;
  const std::uint32_t offset = offset_of(value.raw_json_token());
  error_code error = value.type().get(type);
  if (error) return broken(error, member_path({&field, nullptr, node, 0}), offset);
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if ((error = value.get_array().get(array))) return broken(error, leaves_.path_of_node(node));
    return read_list(array, offset, field, base, node);
  }
  if (!field.one_or_many) {
    return wrong(offset, leaves_.path_of_node(node), "wrong-type",
                 "the field `" + std::string(field.name) + "` must be a list", "write [...]",
                 trimmed(value.raw_json_token()));
  }
  auto* list = reinterpret_cast<List<char>*>(base + field.offset);
  auto* element = static_cast<char*>(arena_.allocate_zeroed(element_size(field)));
  *list = {element, 1};
  return read_one(value, {&field, element, node, 0});
}

bool CaseJsonReader::read_list(ondemand::array& array, std::uint32_t offset, const Field& field,
                               char* base, std::uint32_t node) {
  const std::size_t size = element_size(field);
  const RecordReferences::Mark mark = references_.mark();
  std::uint32_t count = 0;
  std::uint32_t capacity = 4;
  auto* items = static_cast<char*>(arena_.allocate(size * capacity));
  for (auto element : array) {
    if (const error_code error = element.error()) return broken(error, leaves_.path_of_node(node));
    ondemand::value& value = element.value_unsafe();
    if (count == capacity) {
      auto* larger = static_cast<char*>(arena_.allocate(size * capacity * 2));
      std::memcpy(larger, items, size * capacity);
      references_.moved(mark, items, larger, size * capacity);
      items = larger;
      capacity *= 2;
    }
    if (arena_.given() > limits_.max_memory) {
      return wrong(offset, leaves_.path_of_node(node), "too-large",
                   "the record has too many facts to be one case",
                   "give every case a record of its own"),
             false;
    }
    std::memset(items + size * count, 0, size);
    if (!read_one(value, {&field, items + size * count, node, count})) return false;
    ++count;
  }
  if (count == 0 && !wrong(offset, leaves_.path_of_node(node), "empty-list",
                           "the list `" + std::string(field.name) + "` is empty",
                           "leave the field out: an empty list says nothing")) {
    return false;
  }
  *reinterpret_cast<List<char>*>(base + field.offset) = {items, count};
  return true;
}

bool CaseJsonReader::read_one(ondemand::value& value, const Member& member) {
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
      const std::uint32_t maximum = field.maximum == 0 ? kMaxWhole : field.maximum;
      const auto number = whole_value(token);
      if (!number) return wrong_type("a whole number, 0 to " + std::to_string(maximum));
      if (*number > maximum) {
        return wrong(offset, member_path(member), "out-of-range",
                     "must be at most " + std::to_string(maximum), "correct the value", token);
      }
      *reinterpret_cast<Whole*>(member.target) = {
          *number, leaves_.add(&field, member.node, member.index, offset)};
      return true;
    }
    case Kind::decimal: {
      if (!is_decimal(token)) return wrong_type("a number (without quotes, at most 64 characters)");
      if (!is_measurable(token)) {
        return wrong(offset, member_path(member), "out-of-range",
                     "must be 0 or of a size from 1e-15 to 1e15, its exponent from -30 to 30",
                     "correct the value", token);
      }
      *reinterpret_cast<Decimal*>(member.target) = {
          token, leaves_.add(&field, member.node, member.index, offset)};
      return true;
    }
    default: {
      if (token.empty() || token[0] != '"') return wrong_type("a string");
      std::string_view text;
      const Got got = read_string(value, token, member, {}, text);
      return got == Got::whole ? store_text(text, offset, member) : got == Got::fault;
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
      *reinterpret_cast<Date*>(member.target) = {
          text, leaves_.add(&field, member.node, member.index, offset)};
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
      references_.add_reference(ref, &field);
      return true;
    }
    default: {
      const std::string_view rule = broken_text_rule(field.text_rule, text);
      if (!rule.empty()) {
        return wrong(offset, member_path(member), "text-form", std::string(rule),
                     "see docs/case_record.md", text);
      }
      *reinterpret_cast<Text*>(member.target) = {
          text, leaves_.add(&field, member.node, member.index, offset)};
      return true;
    }
  }
}

// Unescapes a string and checks what FHIR demands of one.
CaseJsonReader::Got CaseJsonReader::read_string(ondemand::value& value, std::string_view token,
                                                const Member& member, std::string_view part,
                                                std::string_view& text) {
  const std::uint32_t offset = offset_of(token);
  // A string without escapes is taken as it stands: the parser has seen that it is UTF-8 and has no
  // control characters.
  const bool plain = token.size() > 2 && token.back() == '"' &&
                     std::memchr(token.data() + 1, '\\', token.size() - 2) == nullptr;
  error_code error;
  if (plain) {
    error = value.get_raw_json_string().error();
    text = token.substr(1, token.size() - 2);
    if (!error && text[0] != ' ' && text.size() <= kMaxText) return Got::whole;
  } else {
    error = value.get_string().get(text);
  }
  if (error) return broken(error, member_path(member, part), offset), Got::broken;
  const std::string_view rule = broken_string_rule(text, kMaxText);
  if (rule.empty()) return Got::whole;
  const bool going = wrong(offset, member_path(member, part), "text-form", std::string(rule),
                           "correct the text", text);
  return going ? Got::fault : Got::broken;
}

bool CaseJsonReader::read_object(ondemand::value& value, const Member& member) {
  const Shape& shape = *member.field->shape;
  const std::string_view token = trimmed(value.raw_json_token());
  const std::uint32_t offset = offset_of(token);
  ondemand::json_type type;
  error_code error = value.type().get(type);
  if (error) return broken(error, member_path(member), offset);
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if ((error = value.get_object().get(object))) return broken(error, member_path(member));
    leaves_.nodes.push_back({member.field, member.node, member.index});
    const std::size_t before = leaves_.leaves.size();
    const std::size_t faults_before = faults_.size();
    const auto node = static_cast<std::uint32_t>(leaves_.nodes.size() - 1);
    if (!read_structure(object, offset, shape, member.target, node)) return false;
    if (leaves_.leaves.size() == before && faults_.size() == faults_before) {
      return wrong(offset, leaves_.path_of_node(node), "empty-object", "the object says nothing",
                   "leave the field out");
    }
    return true;
  }
  if (type == ondemand::json_type::string && shape.short_form >= 0)
    return read_short_form(value, member);
  return wrong(offset, member_path(member), "wrong-type",
               shape.short_form >= 0 ? "must be an object or a string" : "must be an object",
               "see docs/case_record.md", token);
}

// A plain string in place of an object sets the shape's short form field.
bool CaseJsonReader::read_short_form(ondemand::value& value, const Member& member) {
  const Shape& shape = *member.field->shape;
  const Field& field = shape.fields[static_cast<std::size_t>(shape.short_form)];
  leaves_.nodes.push_back({member.field, member.node, member.index});
  return read_one(value, {&field, member.target + field.offset,
                          static_cast<std::uint32_t>(leaves_.nodes.size() - 1), 0});
}

bool CaseJsonReader::read_concept(ondemand::value& value, const Member& member) {
  const std::string_view token = trimmed(value.raw_json_token());
  const std::uint32_t offset = offset_of(token);
  ondemand::json_type type;
  error_code error = value.type().get(type);
  if (error) return broken(error, member_path(member), offset);
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if ((error = value.get_object().get(object))) return broken(error, member_path(member));
    return read_concept_object(object, offset, member);
  }
  if (type != ondemand::json_type::string) {
    return wrong(offset, member_path(member), "wrong-type",
                 "must be a wording or {text, code, system}", "see docs/case_record.md", token);
  }
  std::string_view parts[3];
  const Got got = read_string(value, token, member, {}, parts[0]);
  return got == Got::whole ? store_concept(member, offset, parts) : got == Got::fault;
}

// {"text": wording, "code": code, "system": URL}: the code must be one of the field's table.
bool CaseJsonReader::read_concept_object(ondemand::object& object, std::uint32_t start,
                                         const Member& member) {
  std::string_view parts[3];
  std::uint32_t offsets[3] = {};
  bool sound = true;
  for (auto field : object) {
    ondemand::raw_json_string key;
    error_code error = field.key().get(key);
    if (error) return broken(error, member_path(member));
    const std::uint32_t offset = static_cast<std::uint32_t>(key.raw() - bytes_.data()) - 1;
    std::size_t part = 0;
    while (part < 3 && !is_key(key.raw(), kConceptParts[part])) ++part;
    std::string_view name;
    if (part == 3) {
      error = field.unescaped_key().get(name);
      if (error) return broken(error, member_path(member), offset);
      part = static_cast<std::size_t>(std::find(kConceptParts, kConceptParts + 3, name) -
                                      kConceptParts);
    }
    ondemand::value value;
    if ((error = field.value().get(value))) return broken(error, member_path(member));
    const std::string_view token = trimmed(value.raw_json_token());
    bool going = true;
    if (part == 3) {
      going = wrong(offset, member_path(member), "unknown-field",
                    "a coded value has text, code and system", "see docs/case_record.md", name);
    } else if (parts[part].data() != nullptr) {
      going = wrong(offset, member_path(member), "duplicate-field", "the field is given twice",
                    "keep one", kConceptParts[part]);
    } else if (token.empty() || token[0] != '"') {
      parts[part] = "?";
      going = wrong(offset_of(token), member_path(member, kConceptParts[part]), "wrong-type",
                    "must be a string", "codes are strings too", token);
    } else {
      offsets[part] = offset_of(token);
      const Got got = read_string(value, token, member, kConceptParts[part], parts[part]);
      if (got == Got::whole) continue;
      going = got == Got::fault;
    }
    if (!going) return false;
    sound = false;
  }
  return sound ? store_concept(member, start, parts, offsets[1]) : true;
}

// `parts`: text, code and system; a null view is not given.
bool CaseJsonReader::store_concept(const Member& member, std::uint32_t offset,
                                   const std::string_view (&parts)[3], std::uint32_t code_offset) {
  const auto& [text, code, system] = parts;
  const TermField table = member.field->terms;
  const auto missing = [&](std::string_view what) {
    return wrong(offset, member_path(member), "missing-field", std::string(what),
                 "see docs/case_record.md");
  };
  if (text.data() == nullptr && code.data() == nullptr)
    return missing("a coded value needs `text` or `code`");
  if (code.data() == nullptr && system.data() != nullptr) return missing("`system` needs `code`");
  const Term* term = nullptr;
  if (code.data() == nullptr) {
    term = terms_.find(table, text);
  } else if (table == TermField::none) {
    return wrong(
        code_offset, member_path(member, "code"), "code-not-in-list",
        "takes a wording only; which table it is looked up in depends on another field of the fact",
        "write the wording as a string", code);
  } else if ((term = terms_.find_code(table, code, system)) == nullptr) {
    const std::string name(term_field_name(table));
    return wrong(code_offset, member_path(member, "code"), "code-not-in-list",
                 "not a code of the field's table `" + name + "`",
                 "list the table with: oncobridge terms --field " + name, code);
  }
  const std::string_view wording = text.data() != nullptr ? text : term->codings.front().display;
  *reinterpret_cast<Concept*>(member.target) = {
      wording, term, leaves_.add(member.field, member.node, member.index, offset)};
  // Without a table it is the mapper who looks it up.
  leaves_.used.back() |= LeafIndex::kWording;
  return true;
}

void CaseJsonReader::resolve_references() {
  for (const RecordReferences::Problem& problem : references_.resolve()) {
    if (!wrong(leaves_.leaves[problem.leaf - 1].offset, leaves_.path(problem.leaf),
               std::string(problem.rule), problem.message, std::string(problem.advice),
               problem.value)) {
      return;
    }
  }
}

std::string CaseJsonReader::member_path(const Member& member, std::string_view part) const {
  std::string path = leaves_.path_of_node(member.node);
  if (!path.empty()) path += '.';
  path += member.field->name;
  if (member.field->is_list) path += '[' + std::to_string(member.index) + ']';
  if (!part.empty()) path.append(".").append(part);
  return path;
}

bool CaseJsonReader::wrong(std::uint32_t offset, std::string path, std::string rule,
                           std::string message, std::string advice, std::string_view value) {
  Place place = place_in(record_, offset);
  place.path = std::move(path);
  faults_.push_back({std::move(rule), std::move(message), std::move(advice),
                     std::string(value.substr(0, 1000)), std::move(place)});
  return faults_.size() < limits_.max_faults;
}

bool CaseJsonReader::broken(error_code error, std::string path) {
  const char* at = nullptr;
  std::uint32_t offset = 0;
  if (iterating_ && document_.current_location().get(at) == SUCCESS && at >= bytes_.data() &&
      at <= bytes_.data() + bytes_.size()) {
    offset = static_cast<std::uint32_t>(at - bytes_.data());
  }
  return broken(error, std::move(path), offset);
}

bool CaseJsonReader::broken(error_code error, std::string path, std::uint32_t offset) {
  const BrokenJson why = describe_broken_json(static_cast<int>(error), bytes_, offset);
  if (why.offset != BrokenJson::kUnknown) offset = static_cast<std::uint32_t>(why.offset);
  wrong(offset, std::move(path), std::string(why.rule), std::string(why.message),
        std::string(why.advice), excerpt_at(bytes_, offset));
  return false;
}

}  // namespace

std::unique_ptr<RecordReader> make_case_json_reader(const Terms& terms, CaseJsonLimits limits) {
  return std::make_unique<CaseJsonReader>(terms, limits);
}

}  // namespace oncobridge
