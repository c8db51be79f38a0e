#include "profiles/terminology_advice.h"

#include <algorithm>
#include <array>

#include "profiles/code_table.h"

namespace oncobridge::profiles {
namespace {

constexpr std::size_t kMaxText = 64;
constexpr std::size_t kFar = 1'000;

// The bytes of the white space at a place: ASCII's, and the no-break space.
std::size_t space_at(std::string_view text, std::size_t at) {
  if (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r')) return 1;
  return text.substr(at).starts_with("\xC2\xA0") ? 2 : 0;
}

}  // namespace

bool is_tidy(std::string_view text) {
  bool after_space = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t space = space_at(text, i);
    if (space > 0 && (after_space || text[i] != ' ')) return false;
    after_space = space > 0;
  }
  return text.empty() || !after_space;
}

bool same_display(std::string_view left, std::string_view right) {
  const auto skip = [](std::string_view text, std::size_t& at) {
    const std::size_t start = at;
    while (at < text.size()) {
      const std::size_t bytes = space_at(text, at);
      if (bytes == 0) break;
      at += bytes;
    }
    return at > start;
  };
  std::size_t i = 0;
  std::size_t j = 0;
  skip(left, i);
  skip(right, j);
  while (true) {
    const bool left_gap = skip(left, i);
    const bool right_gap = skip(right, j);
    if (i == left.size() || j == right.size()) return i == left.size() && j == right.size();
    if (left_gap != right_gap || lower_ascii(left[i]) != lower_ascii(right[j])) return false;
    ++i;
    ++j;
  }
}

std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t limit) {
  if (left.size() > kMaxText || right.size() > kMaxText) return limit + 1;
  const std::size_t gap =
      left.size() > right.size() ? left.size() - right.size() : right.size() - left.size();
  if (gap > limit) return limit + 1;
  std::array<std::array<std::size_t, kMaxText + 1>, 3> rows;
  for (std::size_t j = 0; j <= right.size(); ++j) rows[0][j] = j;
  const auto letter = [](std::string_view text, std::size_t at) {
    return lower_ascii(text[at - 1]);
  };
  for (std::size_t i = 1; i <= left.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t change = letter(left, i) == letter(right, j) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && letter(left, i) == letter(right, j - 1) &&
          letter(left, i - 1) == letter(right, j)) {
        row[j] = std::min(row[j], rows[(i + 1) % 3][j - 2] + 1);
      }
    }
  }
  return std::min(rows[left.size() % 3][right.size()], limit + 1);
}

std::vector<std::string> moved_system_urls(std::string_view url) {
  constexpr std::string_view kTerminology = "http://terminology.hl7.org/CodeSystem/";
  std::string text(url);
  if (text.starts_with("https://")) text.erase(4, 1);
  while (!text.empty() && text.back() == '/') text.pop_back();
  std::vector<std::string> urls = {text};
  for (const std::string_view table : {"v2", "v3"}) {
    const std::string prefix = "http://hl7.org/fhir/" + std::string(table) + "/";
    if (text.starts_with(prefix)) {
      urls.push_back(std::string(kTerminology) + std::string(table) + "-" +
                     text.substr(prefix.size()));
    }
  }
  const std::size_t slash = text.rfind('/');
  if (slash == std::string::npos) return urls;
  const std::string name = text.substr(slash + 1);
  if (text.find("hl7.org") != std::string::npos) {
    urls.push_back(std::string(kTerminology) + name);
    urls.push_back("http://hl7.org/fhir/" + name);
    urls.push_back("http://hl7.org/fhir/CodeSystem/" + name);
  }
  if (const std::size_t set = text.find("/ValueSet/"); set != std::string::npos) {
    urls.push_back(text.substr(0, set) + "/CodeSystem/" + text.substr(set + 10));
  }
  return urls;
}

// 0: the code in another case or system; 1: the display; more: letters away.
std::size_t NearestCodes::distance_of(const Suggestion& suggestion) const {
  if (same_code(suggestion.code, code_, true)) return 0;
  if (!suggestion.display.empty()) {
    if (!display_.empty() && same_display(suggestion.display, display_)) return 1;
    if (same_display(suggestion.display, code_)) return 1;
  }
  const std::size_t limit = std::min<std::size_t>(3, (code_.size() + 2) / 3);
  const std::size_t edits = edit_distance(suggestion.code, code_, limit);
  return edits <= limit ? 1 + edits : kFar;
}

void NearestCodes::offer(const Suggestion& suggestion) {
  const std::size_t distance = distance_of(suggestion);
  if (distance == kFar) return;
  if (best_.size() == count_ && (count_ == 0 || best_.back().first <= distance)) return;
  const auto place =
      std::upper_bound(best_.begin(), best_.end(), distance,
                       [](std::size_t wanted, const auto& entry) { return wanted < entry.first; });
  best_.insert(place, {distance, suggestion});
  if (best_.size() > count_) best_.pop_back();
}

std::vector<Suggestion> NearestCodes::take() {
  std::vector<Suggestion> suggestions;
  for (const auto& [distance, suggestion] : best_) suggestions.push_back(suggestion);
  return suggestions;
}

}  // namespace oncobridge::profiles
