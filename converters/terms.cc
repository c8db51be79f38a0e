#include "converters/terms.h"

#include <algorithm>
#include <array>

#include "converters/measure.h"
#include "converters/technique.h"
#include "oncobridge/base/text.h"
#include "oncobridge/fhir/json_writer.h"

namespace oncobridge {
namespace {

constexpr std::array kFieldNames = {
#define ONCOBRIDGE_TERM_FIELD(enumerator, name) std::string_view(name),
    ONCOBRIDGE_TERM_FIELDS(ONCOBRIDGE_TERM_FIELD)
#undef ONCOBRIDGE_TERM_FIELD
};

constexpr std::array<std::string_view, 7> kColumns = {"system", "code",   "display", "wording",
                                                      "field",  "source", "licence"};

constexpr std::string_view kLoinc = "http://loinc.org";
constexpr std::string_view kUcum = "http://unitsofmeasure.org";

// Bytes of the longest wording of a table.
constexpr std::size_t kMaxWording = 256;

TermField field_by_name(std::string_view name) {
  const auto found = std::find(kFieldNames.begin() + 1, kFieldNames.end(), name);
  return found == kFieldNames.end() ? TermField::none
                                    : static_cast<TermField>(found - kFieldNames.begin());
}

// Reads the rows of one table (RFC 4180). Cells with doubled quotes are kept in `unquoted`.
class RowReader {
 public:
  RowReader(std::string_view table, std::deque<std::string>& unquoted)
      : table_(table), unquoted_(unquoted) {}

  // False at the end of the table and at a row that is no CSV, see wrong().
  bool next(std::vector<std::string_view>& cells) {
    cells.clear();
    line_ = next_line_;
    if (at_ >= table_.size()) return false;
    while (true) {
      cells.push_back(at_ < table_.size() && table_[at_] == '"' ? quoted() : plain());
      if (at_ < table_.size() && table_[at_] == '\r') ++at_;
      if (at_ < table_.size() && table_[at_] != ',' && table_[at_] != '\n') {
        wrong_ = "a quoted cell does not end with its quote";
      }
      if (!wrong_.empty()) return false;
      if (at_ >= table_.size()) return true;
      if (table_[at_++] == '\n') {
        ++next_line_;
        return true;
      }
    }
  }
  std::uint32_t line() const { return line_; }  // where the row begins
  std::string_view wrong() const { return wrong_; }

 private:
  std::string_view plain() {
    const std::size_t start = at_;
    while (at_ < table_.size() && table_[at_] != ',' && table_[at_] != '\n' &&
           table_[at_] != '\r') {
      ++at_;
    }
    return table_.substr(start, at_ - start);
  }

  std::string_view quoted() {
    const std::size_t start = ++at_;
    bool doubled = false;
    for (; at_ < table_.size(); ++at_) {
      if (table_[at_] == '\n') ++next_line_;
      if (table_[at_] != '"') continue;
      if (at_ + 1 == table_.size() || table_[at_ + 1] != '"') break;
      doubled = true;
      ++at_;
    }
    const std::string_view cell = table_.substr(start, at_ - start);
    if (at_ == table_.size()) wrong_ = "a quote is not closed";
    ++at_;
    if (!doubled) return cell;
    std::string& text = unquoted_.emplace_back();
    for (std::size_t i = 0; i < cell.size(); ++i) {
      text.push_back(cell[i]);
      if (cell[i] == '"') ++i;
    }
    return text;
  }

  std::string_view table_;
  std::deque<std::string>& unquoted_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 0;
  std::uint32_t next_line_ = 1;
  std::string_view wrong_;
};

std::uint64_t seed(TermField field) {
  return static_cast<std::uint64_t>(field) * 0x2545F4914F6CDD1Dull;
}

}  // namespace

std::string_view term_field_name(TermField field) {
  return kFieldNames[static_cast<std::size_t>(field)];
}

std::uint32_t* Terms::slot_of(std::uint64_t hash, TermField field, std::string_view wording) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    Slot& slot = slots_[i];
    if (slot.term == 0) {
      slot.hash = hash;
      slot.field = field;
      return &slot.term;
    }
    if (slot.hash == hash && slot.field == field && folded(slot.term - 1) == wording)
      return &slot.term;
  }
}

Term& Terms::term_of(TermField field, std::string_view wording) {
  char small[kMaxWording];
  const std::string_view folded(small, fold_wording(wording, small));
  std::uint32_t* slot = slot_of(hash_bytes(folded, seed(field)), field, folded);
  if (*slot == 0) {
    Term& term = terms_.emplace_back();
    term.field = field;
    term.wording = wording;
    folded_ += folded;
    folded_ends_.push_back(static_cast<std::uint32_t>(folded_.size()));
    *slot = static_cast<std::uint32_t>(terms_.size());
  }
  return terms_[*slot - 1];
}

namespace {

tl::unexpected<Fault> wrong_table(const TermTable& table, std::size_t line, std::string_view what) {
  return fault("term-table",
               std::string(table.name) + " line " + std::to_string(line) + ": " + std::string(what),
               "see converters/terms/README.md for the columns");
}

// The codings of a term as the JSON that mappers write.
std::string codings_as_json(const Term& term, Buffer& buffer) {
  buffer.clear();
  JsonWriter json(buffer);
  json.raw("[");
  for (const Coding& coding : term.codings) {
    json.element();
    json.begin_object();
    json.string("system", coding.system);
    json.string("code", coding.code);
    if (!coding.display.empty()) json.string("display", coding.display);
    json.end_object();
  }
  json.raw("]");
  return std::string(buffer.view());
}

// The nipple is a part of no other organ.
bool names_breast(std::string_view words) {
  return contains_folded(words, "breast") || contains_folded(words, "nipple");
}

bool names_breast(const Term& term) {
  return names_breast(term.wording) ||
         std::any_of(term.codings.begin(), term.codings.end(),
                     [](const Coding& coding) { return names_breast(coding.display); });
}

Measure measure_of(const Coding& coding) {
  if (coding.system == kLoinc) return measure_of_test(coding.display);
  if (coding.system == kUcum) return measure_of_unit(coding.code);
  return Measure::none;
}

Techniques techniques_of(const Coding& coding) {
  return coding.system == kLoinc ? techniques_of_test(coding.display) : Techniques{};
}

// A table has at most as many wordings as it has bars and lines.
std::size_t slots_for(std::span<const TermTable> tables) {
  std::size_t wordings = 64;
  for (const TermTable& table : tables) {
    for (const char separator : {'|', '\n'}) {
      for (std::size_t at = table.bytes.find(separator); at != std::string_view::npos;
           at = table.bytes.find(separator, at + 1)) {
        ++wordings;
      }
    }
  }
  std::size_t capacity = 256;
  while (capacity < wordings * 2) capacity *= 2;
  return capacity;
}

}  // namespace

// One row: each wording of it gets the coding. Empty, or what is wrong.
std::string Terms::add_row(const std::vector<std::string_view>& cells,
                           std::vector<std::string_view>& rows) {
  if (cells.size() != kColumns.size()) return "not seven cells";
  const TermField field = field_by_name(cells[4]);
  if (field == TermField::none) return "unknown field `" + std::string(cells[4]) + "`";
  if (cells[0].empty() || cells[1].empty()) return "system and code must not be empty";
  std::string_view left = cells[3];
  while (true) {
    const std::size_t bar = std::min(left.find('|'), left.size());
    const std::string_view wording = left.substr(0, bar);
    if (wording.find_first_not_of(" \t") == std::string_view::npos) return "an empty wording";
    if (wording.size() > kMaxWording) return "a wording of more than 256 bytes";
    Term& term = term_of(field, wording);
    if (rows.size() < terms_.size()) rows.push_back(cells[3]);
    const auto same = [&](const Coding& coding) {
      return coding.system == cells[0] && coding.code == cells[1];
    };
    if (std::any_of(term.codings.begin(), term.codings.end(), same))
      return "the wording `" + std::string(wording) + "` has this code already";
    term.codings.push_back({cells[0], cells[1], cells[2], cells[5], cells[6]});
    if (bar == left.size()) return {};
    left.remove_prefix(bar + 1);
  }
}

Result<void> Terms::add_table(const TermTable& table, std::vector<std::string_view>& rows) {
  if (const std::size_t valid = valid_utf8_prefix(table.bytes); valid < table.bytes.size()) {
    const std::string_view before = table.bytes.substr(0, valid);
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    return wrong_table(table, lines + 1, "not valid UTF-8");
  }
  std::vector<std::string_view> cells;
  RowReader reader(table.bytes, unquoted_);
  if (!reader.next(cells) ||
      !std::equal(cells.begin(), cells.end(), kColumns.begin(), kColumns.end())) {
    return wrong_table(table, 1,
                       "the columns must be system,code,display,wording,field,source,licence");
  }
  while (reader.next(cells)) {
    const std::string what = add_row(cells, rows);
    if (!what.empty()) return wrong_table(table, reader.line(), what);
  }
  if (!reader.wrong().empty()) return wrong_table(table, reader.line(), reader.wrong());
  return {};
}

Result<Terms> Terms::load(std::span<const TermTable> tables) {
  Terms result;
  result.slots_.resize(slots_for(tables));
  std::vector<std::string_view> rows;  // the wording cell that each term was first seen in
  for (const TermTable& table : tables) {
    if (Result<void> added = result.add_table(table, rows); !added)
      return tl::unexpected(added.error());
  }
  Buffer buffer;
  for (Term& term : result.terms_) {
    term.codings_json = codings_as_json(term, buffer);
    term.names_breast = names_breast(term);
    term.measure = measure_of(term.codings.front());
    term.techniques = techniques_of(term.codings.front());
  }
  result.index_codes();
  result.make_keys(rows);
  return result;
}

void Terms::make_keys(const std::vector<std::string_view>& rows) {
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    Term& term = terms_[t];
    const std::string_view code = term.codings.front().code;
    term.key = code;
    const std::uint64_t hash = hash_bytes(code, ~seed(term.field));
    const std::size_t mask = code_slots_.size() - 1;
    for (std::size_t i = hash & mask; code_slots_[i].term != 0; i = (i + 1) & mask) {
      const std::size_t other = code_slots_[i].term - 1;
      if (code_slots_[i].hash != hash || terms_[other].field != term.field ||
          rows[other] == rows[t] || terms_[other].codings.front().code != code) {
        continue;
      }
      term.key += ' ';
      term.key += rows[t].substr(0, rows[t].find('|'));
      break;
    }
  }
}

void Terms::index_codes() {
  std::size_t codes = 16;
  for (const Term& term : terms_) codes += term.codings.size();
  std::size_t capacity = 256;
  while (capacity < codes * 2) capacity *= 2;
  code_slots_.resize(capacity);
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    for (const Coding& coding : terms_[t].codings) {
      const std::uint64_t hash = hash_bytes(coding.code, ~seed(terms_[t].field));
      std::size_t i = hash & (capacity - 1);
      while (code_slots_[i].term != 0) i = (i + 1) & (capacity - 1);
      code_slots_[i] = {hash, static_cast<std::uint32_t>(t + 1), terms_[t].field};
    }
  }
}

const Term* Terms::find(TermField field, std::string_view wording) const {
  char small[kMaxWording];
  if (wording.size() > sizeof(small)) return nullptr;
  const std::string_view key(small, fold_wording(wording, small));
  const std::uint64_t hash = hash_bytes(key, seed(field));
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask; slots_[i].term != 0; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.hash == hash && slot.field == field && folded(slot.term - 1) == key)
      return &terms_[slot.term - 1];
  }
  return nullptr;
}

const Term* Terms::find_code(TermField field, std::string_view code,
                             std::string_view system) const {
  const std::uint64_t hash = hash_bytes(code, ~seed(field));
  const std::size_t mask = code_slots_.size() - 1;
  for (std::size_t i = hash & mask; code_slots_[i].term != 0; i = (i + 1) & mask) {
    const Term& term = terms_[code_slots_[i].term - 1];
    if (code_slots_[i].hash != hash || term.field != field) continue;
    for (const Coding& coding : term.codings) {
      if (coding.code == code && (system.empty() || coding.system == system)) return &term;
    }
  }
  return nullptr;
}

}  // namespace oncobridge
