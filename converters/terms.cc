#include "converters/terms.h"

#include <algorithm>
#include <array>

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

TermField field_by_name(std::string_view name) {
  const auto found = std::find(kFieldNames.begin() + 1, kFieldNames.end(), name);
  return found == kFieldNames.end() ? TermField::none
                                    : static_cast<TermField>(found - kFieldNames.begin());
}

// Reads one CSV row at `at`; returns false at the end of the table. Cells with doubled quotes are kept
// in `unquoted`.
bool read_row(std::string_view table, std::size_t& at, std::vector<std::string_view>& cells,
              std::deque<std::string>& unquoted) {
  cells.clear();
  if (at >= table.size()) return false;
  while (true) {
    if (at < table.size() && table[at] == '"') {
      std::string text;
      bool doubled = false;
      const std::size_t start = ++at;
      while (at < table.size()) {
        if (table[at] != '"') {
          ++at;
        } else if (at + 1 < table.size() && table[at + 1] == '"') {
          doubled = true;
          at += 2;
        } else {
          break;
        }
      }
      std::string_view cell = table.substr(start, at - start);
      if (doubled) {
        for (std::size_t i = 0; i < cell.size(); ++i) {
          text.push_back(cell[i]);
          if (cell[i] == '"') ++i;
        }
        unquoted.push_back(std::move(text));
        cell = unquoted.back();
      }
      cells.push_back(cell);
      if (at < table.size()) ++at;
    } else {
      const std::size_t end = std::min(table.find_first_of(",\n", at), table.size());
      cells.push_back(table.substr(at, end - at));
      at = end;
    }
    if (at >= table.size()) return true;
    if (table[at++] == '\n') return true;
  }
}

std::uint64_t seed(TermField field) { return static_cast<std::uint64_t>(field) * 0x2545F4914F6CDD1Dull; }

}  // namespace

std::string_view term_field_name(TermField field) { return kFieldNames[static_cast<std::size_t>(field)]; }

std::uint32_t* Terms::slot_of(std::uint64_t hash, TermField field, std::string_view folded) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    Slot& slot = slots_[i];
    if (slot.term == 0) {
      slot.hash = hash;
      return &slot.term;
    }
    if (slot.hash == hash && terms_[slot.term - 1].field == field && folded_[slot.term - 1] == folded) {
      return &slot.term;
    }
  }
}

Term& Terms::term_of(TermField field, std::string_view wording) {
  std::string folded(wording.size(), '\0');
  folded.resize(fold_wording(wording, folded.data()));
  std::uint32_t* slot = slot_of(hash_bytes(folded, seed(field)), field, folded);
  if (*slot == 0) {
    Term& term = terms_.emplace_back();
    term.field = field;
    term.wording = wording;
    folded_.push_back(std::move(folded));
    *slot = static_cast<std::uint32_t>(terms_.size());
  }
  return terms_[*slot - 1];
}

Result<Terms> Terms::load(std::span<const TermTable> tables) {
  Terms result;
  std::size_t wordings = 64;
  for (const TermTable& table : tables) {
    wordings += static_cast<std::size_t>(std::count(table.bytes.begin(), table.bytes.end(), '|'));
    wordings += static_cast<std::size_t>(std::count(table.bytes.begin(), table.bytes.end(), '\n'));
  }
  std::size_t capacity = 256;
  while (capacity < wordings * 2) capacity *= 2;
  result.slots_.resize(capacity);

  std::vector<std::string_view> cells;
  std::vector<std::string_view> rows;  // the wording cell that each term was first seen in
  for (const TermTable& table : tables) {
    std::size_t at = 0;
    std::uint32_t line = 0;
    while (read_row(table.bytes, at, cells, result.unquoted_)) {
      ++line;
      const auto wrong = [&](std::string_view what) {
        return fault("term-table", std::string(table.name) + " line " + std::to_string(line) + ": " +
                                       std::string(what),
                     "see converters/terms/README.md for the columns");
      };
      if (line == 1) {
        if (!std::equal(cells.begin(), cells.end(), kColumns.begin(), kColumns.end())) {
          return wrong("the columns must be system,code,display,wording,field,source,licence");
        }
        continue;
      }
      if (cells.size() != kColumns.size()) return wrong("not seven cells");
      const TermField field = field_by_name(cells[4]);
      if (field == TermField::none) return wrong("unknown field");
      if (cells[0].empty() || cells[1].empty() || cells[3].empty()) {
        return wrong("system, code and wording must not be empty");
      }
      std::string_view left = cells[3];
      while (!left.empty()) {
        const std::size_t bar = std::min(left.find('|'), left.size());
        Term& term = result.term_of(field, left.substr(0, bar));
        if (rows.size() < result.terms_.size()) rows.push_back(cells[3]);
        term.codings.push_back({cells[0], cells[1], cells[2], cells[5], cells[6]});
        left.remove_prefix(std::min(bar + 1, left.size()));
      }
    }
  }
  Buffer buffer;
  for (Term& term : result.terms_) {
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
    term.codings_json = std::string(buffer.view());
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
      if (code_slots_[i].hash != hash || terms_[other].field != term.field || rows[other] == rows[t] ||
          terms_[other].codings.front().code != code) {
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
      code_slots_[i] = {hash, static_cast<std::uint32_t>(t + 1)};
    }
  }
}

const Term* Terms::find(TermField field, std::string_view wording) const {
  char small[256];
  char* folded = small;
  if (wording.size() > sizeof(small)) return nullptr;  // no table row is that long
  const std::string_view key(folded, fold_wording(wording, folded));
  const std::uint64_t hash = hash_bytes(key, seed(field));
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask; slots_[i].term != 0; i = (i + 1) & mask) {
    const std::size_t term = slots_[i].term - 1;
    if (slots_[i].hash == hash && terms_[term].field == field && folded_[term] == key) return &terms_[term];
  }
  return nullptr;
}

const Term* Terms::find_code(TermField field, std::string_view code, std::string_view system) const {
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
