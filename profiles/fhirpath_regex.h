// Regular expressions of matches() and its kin, by RE2: time linear in the text, no backtracking.
// `.` also matches a line's end (the specification's single-line mode). Immutable; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace oncobridge::profiles::fhirpath {

class Pattern {
 public:
  explicit Pattern(std::string_view pattern);
  ~Pattern();

  // False for what RE2 does not read: look-around, back-references, faults.
  bool ok() const;
  bool found_in(std::string_view text) const;
  bool is_all_of(std::string_view text) const;
  // Replaces each find; `$1`, `${name}` and `\$` as in Java. False: a group that is not there.
  bool replace(std::string_view text, std::string_view replacement, std::string& result) const;

  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oncobridge::profiles::fhirpath
