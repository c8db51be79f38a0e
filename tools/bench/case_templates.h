// CaseTemplates: example case records from which any number of similar ones are made: unique case
// ids, other years, values and sides. The same number always gives the same record, on every
// machine. For benchmarks and load tests only. Immutable once loaded; may be shared between
// threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"

namespace oncobridge::bench {

class CaseTemplates {
 public:
  // `paths`: files and folders of case records, one JSON object a file; folders with all below
  // them.
  static Result<CaseTemplates> load(const std::vector<std::string>& paths);

  // The template of one record, which must be well-formed JSON.
  void add(std::string_view record);

  std::size_t size() const { return templates_.size(); }

  // Appends record `n` (from 0) without line breaks. The first size() records are the examples as
  // they are; later rounds are altered.
  void append(std::uint64_t n, std::string& out) const;

 private:
  enum class Part : unsigned char { literal, case_id, date, side, number };
  struct Piece {
    Part part;
    std::string text;
  };
  using Template = std::vector<Piece>;
  friend class TemplateScanner;

  std::vector<Template> templates_;
};

}  // namespace oncobridge::bench
