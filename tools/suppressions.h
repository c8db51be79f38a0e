// The file of --suppress: issues that somebody has looked at and does not want to see again, one
// line each, with the reason. Immutable once read; may be shared between threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/profile/issue.h"

namespace oncobridge::tools {

class Suppressions {
 public:
  // `rule-id [expression-glob] [profile-glob] # reason`; in a glob `*` stands for any text and `?`
  // for one character. A reason is mandatory.
  struct Line {
    std::size_t number = 0;
    const Rule* rule = nullptr;
    std::string expression = "*";
    std::string profile = "*";
    std::string reason;
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  static Result<Suppressions> read(const std::string& path);
  static Result<Suppressions> parse(std::string_view text);

  // Index of the first line that fits, or kNone. What could not be judged is never suppressed.
  std::size_t find(const Issue& issue) const;
  // Whether an issue of this severity could fit. A definition may make a warning of an error, or
  // the other way round.
  bool concern(Severity severity) const {
    return severity == Severity::kInformation ? information_ : !lines_.empty();
  }
  const std::vector<Line>& lines() const { return lines_; }

 private:
  std::vector<Line> lines_;
  std::vector<std::vector<std::size_t>> by_rule_;  // index in the rule table -> lines
  bool information_ = false;                       // a line is about a rule that only informs
};

// Whether `text` fits a pattern of `*` and `?`.
bool fits_glob(std::string_view pattern, std::string_view text);

}  // namespace oncobridge::tools
