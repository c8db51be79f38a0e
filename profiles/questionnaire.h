// A Questionnaire as flat items, ready for responses to be held against: the compiled form of the
// resource on a tape. Texts are views into that tape's source. Immutable once made, but for value
// sets, which are compiled when first asked for; may be shared by threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "oncobridge/fhir/tape.h"
#include "profiles/definition.h"
#include "profiles/fhirpath_regex.h"
#include "profiles/loose_resources.h"
#include "profiles/terminology.h"
#include "profiles/ucum.h"

namespace oncobridge::profiles {

enum class ItemType : std::uint8_t {  // Questionnaire.item.type
  kUnknown,
  kAttachment,
  kBoolean,
  kChoice,
  kDate,
  kDateTime,
  kDecimal,
  kDisplay,
  kGroup,
  kInteger,
  kOpenChoice,
  kQuantity,
  kQuestion,
  kReference,
  kString,
  kText,
  kTime,
  kUrl,
};

enum class AnswerType : std::uint8_t {  // what answer.value[x] and its kin may be
  kNone,
  kAttachment,
  kBoolean,
  kCoding,
  kDate,
  kDateTime,
  kDecimal,
  kInteger,
  kQuantity,
  kReference,
  kString,
  kTime,
  kUri,
};
std::string_view answer_type_name(AnswerType type);  // `Quantity`

// A value of a question or of an answer.
struct AnswerValue {
  AnswerType type = AnswerType::kNone;
  std::string_view text;  // of a primitive; Quantity.value, Reference.reference
  std::string_view system;
  std::string_view code;
  std::string_view display;  // Coding.display, Quantity.unit
};

// -1, 0, 1; nothing for values that have no order or that cannot be compared. Partial dates compare
// by the start of what they name, a time without a zone counts as UTC.
std::optional<int> compare(const AnswerValue& a, const AnswerValue& b, const Ucum& ucum);
// Whether an answer is one of the options: codes by system and code, texts as written.
bool is_option(const AnswerValue& option, const AnswerValue& answer);

enum class EnableOperator : std::uint8_t {
  kUnknown,
  kExists,
  kEqual,
  kNotEqual,
  kGreater,
  kLess,
  kGreaterOrEqual,
  kLessOrEqual,
};

inline constexpr std::uint32_t kNoItem = 0xFFFFFFFF;

struct EnableCondition {
  std::string_view question_id;
  std::uint32_t question = kNoItem;  // index of the item
  // The nearest item around both; kNoItem: the questionnaire. The item itself if the question
  // stands within it, which is wrong.
  std::uint32_t scope = kNoItem;
  EnableOperator op = EnableOperator::kUnknown;
  AnswerValue answer;
};

struct AnswerOption {
  AnswerValue value;
  bool exclusive = false;  // extension questionnaire-optionExclusive
};

// Answers that a value set lists.
struct AnswerSet {
  std::string_view canonical;            // empty: none
  std::unique_ptr<ValueSet> definition;  // of a contained one
  std::unique_ptr<CompiledValueSet> contained;
  mutable std::atomic<const CompiledValueSet*> compiled = nullptr;
};

// What extensions demand of the answers of an item.
struct AnswerLimits {
  std::uint32_t min_occurs = 0;
  std::optional<std::uint32_t> max_occurs;
  std::uint32_t min_length = 0;
  std::optional<std::uint32_t> max_decimal_places;
  std::optional<std::uint64_t> max_size;  // bytes
  AnswerValue min;
  AnswerValue max;
  AnswerValue min_quantity;
  AnswerValue max_quantity;
  std::string_view regex;
  std::unique_ptr<fhirpath::Pattern> pattern;
  std::string_view entry_format;
  std::vector<std::string_view> mime_types;
  std::vector<std::string_view> resource_types;
  std::vector<std::string_view> profiles;
  std::vector<AnswerValue> units;
  std::unique_ptr<AnswerSet> unit_set;
};

struct QuestionnaireItem {
  std::string_view link_id;
  std::string_view text;
  ItemType type = ItemType::kUnknown;
  bool required = false;
  bool repeats = false;
  bool all_conditions = false;        // enableBehavior
  bool undecidable_enabling = false;  // by an expression, or without enableBehavior
  bool text_varies = false;           // has translations
  std::uint32_t max_length = 0;       // 0: not stated
  std::uint32_t parent = kNoItem;
  std::uint32_t first = kNoItem;
  std::uint32_t next = kNoItem;
  NodeId node = kNoNode;
  std::uint32_t first_condition = 0;  // counts those of the items before
  std::vector<EnableCondition> conditions;
  std::vector<AnswerOption> options;
  std::unique_ptr<AnswerSet> answers;    // answerValueSet
  std::unique_ptr<AnswerLimits> limits;  // null: none

  bool has_answers() const {  // a question, not what only arranges or shows
    return type != ItemType::kGroup && type != ItemType::kDisplay && type != ItemType::kQuestion;
  }
};

// The names that questionnaires and their responses are written with.
struct QuestionnaireNames {
  explicit QuestionnaireNames(const NameTable& table);
  // Of `valueCoding`, `answerBoolean`; kNone for other names.
  AnswerType answer_type(NameId name) const {
    for (const auto& [known, type] : values) {
      if (known == name) return type;
    }
    return AnswerType::kNone;
  }

  NameId id, url, extension, contained, item, link_id, text, type, required, repeats, max_length,
      enable_when, enable_behavior, question, op, answer_option, answer_value_set, answer, value,
      system, code, unit, display, reference, questionnaire, status, authored, effective_period,
      start, end, content_type, data, size, version;
  std::vector<std::pair<NameId, AnswerType>> values;
};

AnswerValue read_answer_value(const Tape& tape, NodeId node, AnswerType type,
                              const QuestionnaireNames& names);

class Questionnaire {
 public:
  // From a resource on a tape whose names are of `table`; the tape must outlive it. Contained value
  // sets are looked for in `container`, too, which is the resource that contains the questionnaire.
  Questionnaire(const Tape& tape, NodeId root, NodeId container, const NameTable& table,
                const QuestionnaireNames& names, const Terminology& terminology);

  const std::vector<QuestionnaireItem>& items() const { return items_; }  // parents before children
  std::uint32_t first() const { return items_.empty() ? kNoItem : 0; }
  // By linkId beneath an item (kNoItem: at the top), or kNoItem.
  std::uint32_t find(std::string_view link_id, std::uint32_t parent) const;
  // By linkId anywhere, the first; or kNoItem.
  std::uint32_t find(std::string_view link_id) const;
  std::uint32_t condition_count() const { return condition_count_; }
  std::string_view period_start() const { return period_start_; }
  std::string_view period_end() const { return period_end_; }

 private:
  friend class QuestionnaireReader;
  std::vector<QuestionnaireItem> items_;
  std::vector<std::uint32_t> by_link_id_;  // sorted by linkId, parent
  std::uint32_t condition_count_ = 0;
  std::string_view period_start_;
  std::string_view period_end_;
};

// The questionnaires that came with the definitions; each is compiled when first asked for.
class QuestionnaireSet {
 public:
  QuestionnaireSet(const LooseResources& loose, const NameTable& table,
                   const Terminology& terminology);
  ~QuestionnaireSet();

  // By `url` or `url|version`; null if there is none.
  const Questionnaire* find(std::string_view canonical) const;
  const QuestionnaireNames& names() const { return names_; }

 private:
  struct Entry;
  const NameTable& table_;
  const Terminology& terminology_;
  QuestionnaireNames names_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::unordered_map<std::string_view, std::vector<Entry*>> by_url_;
};

}  // namespace oncobridge::profiles
