// Terms: the index over converters/terms/*.csv. Built once, immutable, shared by all threads.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/record/term.h"

namespace oncobridge {

struct TermTable {
  std::string_view name;   // file name
  std::string_view bytes;  // RFC 4180 CSV: system,code,display,wording,field,source,licence
};

// The tables that are built into the library.
std::span<const TermTable> embedded_term_tables();

std::string_view term_field_name(TermField field);

class Terms {
 public:
  // The tables' bytes must outlive the result. Errors name the table and line: an unknown field, a
  // missing column, an empty code.
  static Result<Terms> load(std::span<const TermTable> tables);

  // What a wording means in a field; null if no row fits. The wording is folded, see fold_wording.
  const Term* find(TermField field, std::string_view wording) const;
  // The term of a field that has the code; `system` may be empty (any) or a URL.
  const Term* find_code(TermField field, std::string_view code, std::string_view system = {}) const;
  // All terms, in table order, one a field and wording.
  const std::vector<Term>& all() const { return terms_; }

 private:
  struct Slot {
    std::uint64_t hash;
    std::uint32_t term;  // index + 1; 0: free
    TermField field;
  };
  Result<void> add_table(const TermTable& table, std::vector<std::string_view>& rows);
  std::string add_row(const std::vector<std::string_view>& cells,
                      std::vector<std::string_view>& rows);
  Term& term_of(TermField field, std::string_view wording);
  std::uint32_t* slot_of(std::uint64_t hash, TermField field, std::string_view wording);
  void index_codes();
  void make_keys(const std::vector<std::string_view>& rows);

  // The folded wording of a term.
  std::string_view folded(std::size_t term) const {
    const std::size_t start = term == 0 ? 0 : folded_ends_[term - 1];
    return std::string_view(folded_).substr(start, folded_ends_[term] - start);
  }

  std::vector<Term> terms_;
  std::string folded_;                      // folded wordings, one after another
  std::vector<std::uint32_t> folded_ends_;  // where they end, by term
  std::deque<std::string> unquoted_;        // cells that had doubled quotes
  std::vector<Slot> slots_;                 // by field and folded wording
  std::vector<Slot> code_slots_;            // by field and code
};

}  // namespace oncobridge
