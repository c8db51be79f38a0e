// Versions of canonicals: which of several answers a wanted one. Pure.
#pragma once

#include <string>
#include <string_view>

namespace oncobridge::profiles {

// Negative, zero or positive as `a` is older than, equal to or newer than `b`: numbers between
// dots count as numbers, a version with a label (`1.0.0-ballot`) is older than one without.
int compare_versions(std::string_view a, std::string_view b);

// True if `version` is one of those that `wanted` names: the same, or more precise (`4.0` names
// 4.0.1, `1.x` names 1.4.0). Empty names all.
bool names_version(std::string_view wanted, std::string_view version);

// Chooses among versions that are offered one after the other.
class VersionChoice {
 public:
  explicit VersionChoice(std::string_view wanted) : wanted_(wanted) {}

  // True if this one answers better than all before.
  bool take(std::string_view version) {
    if (is_exact() || !names_version(wanted_, version)) return false;
    if (any_ && version != wanted_ && compare_versions(version, best_) <= 0) return false;
    any_ = true;
    best_ = version;
    return true;
  }
  // True if the wanted version itself was offered.
  bool is_exact() const { return any_ && !wanted_.empty() && best_ == wanted_; }

 private:
  std::string_view wanted_;
  std::string best_;
  bool any_ = false;
};

}  // namespace oncobridge::profiles
