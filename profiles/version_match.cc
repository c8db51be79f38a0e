#include "profiles/version_match.h"

#include <algorithm>

namespace oncobridge::profiles {
namespace {

bool is_number(std::string_view part) {
  return !part.empty() &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The text up to the next dot, which is taken off `rest`.
std::string_view take_part(std::string_view& rest) {
  const std::size_t dot = std::min(rest.find('.'), rest.size());
  const std::string_view part = rest.substr(0, dot);
  rest.remove_prefix(std::min(dot + 1, rest.size()));
  return part;
}

int compare_parts(std::string_view a, std::string_view b) {
  if (is_number(a) && is_number(b)) {
    a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  }
  return a.compare(b);
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const std::string_view a_label = a.substr(std::min(a.find('-'), a.size()));
  const std::string_view b_label = b.substr(std::min(b.find('-'), b.size()));
  a.remove_suffix(a_label.size());
  b.remove_suffix(b_label.size());
  while (!a.empty() || !b.empty()) {
    const int order = compare_parts(take_part(a), take_part(b));
    if (order != 0) return order;
  }
  if (a_label.empty() != b_label.empty()) return a_label.empty() ? 1 : -1;
  return a_label.compare(b_label);
}

bool names_version(std::string_view wanted, std::string_view version) {
  if (wanted.empty() || wanted == version) return true;
  // A version of one part (`2018-08-12`) is a whole one; only versions with dots are cut.
  while (!wanted.empty()) {
    if (version.empty()) return false;
    const std::string_view part = take_part(wanted);
    const std::string_view other = take_part(version);
    if (part != "x" && part != "X" && part != "*" && part != other) return false;
  }
  return true;
}

}  // namespace oncobridge::profiles
