#include "tools/suppressions.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "oncobridge/base/text.h"
#include "profiles/rules.h"

namespace oncobridge::tools {
namespace {

constexpr std::size_t kLongestFile = std::size_t{16} << 20;  // bytes
constexpr std::string_view kBlanks = " \t\r";
constexpr const char* kAdvice =
    "a line is: rule-id [expression] [profile] # reason; list the rules with: oncobridge validate "
    "--rules";

tl::unexpected<Fault> refuse(std::size_t line, const std::string& why) {
  return fault("suppress", "line " + std::to_string(line) + ": " + why, kAdvice);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    words.push_back(text.substr(0, text.find_first_of(kBlanks)));
    text.remove_prefix(words.back().size());
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Where the reason begins: a # at the start or behind a blank (a canonical may hold one).
std::size_t find_reason(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || kBlanks.find(line[at - 1]) != std::string_view::npos) return at;
  }
  return std::string_view::npos;
}

// Whether a word may be quoted: a file that was named by mistake may hold anybody's data.
bool looks_like_rule(std::string_view word) {
  constexpr std::size_t kLongest = 40;
  return word.size() <= kLongest && word.front() >= 'a' && word.front() <= 'z' &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// False for what is no file, or longer than one of suppressions.
bool read_text(const std::string& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 65'536> block;
  while (file && text.size() <= kLongestFile) {
    file.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  return file.eof() && !file.bad() && text.size() <= kLongestFile;
}

}  // namespace

bool fits_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;  // the last *, and where it ends so far
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<Suppressions> Suppressions::read(const std::string& path) {
  std::string text;
  if (!read_text(path, text)) {
    return fault("suppress", path + ": cannot be read", "check the name and the permissions");
  }
  auto read = parse(text);
  if (!read) read.error().message = path + ": " + read.error().message;
  return read;
}

Result<Suppressions> Suppressions::parse(std::string_view text) {
  Suppressions result;
  result.by_rule_.resize(rule_table().size());
  if (!is_utf8(text)) return refuse(1, "the file is not UTF-8");
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t hash = find_reason(line);
    const auto words = words_of(line.substr(0, hash));
    if (words.empty()) continue;  // nothing, or a remark
    const Rule* rule = profiles::find_rule(words[0]);
    if (rule == nullptr) {
      return refuse(number, looks_like_rule(words[0])
                                ? "there is no rule `" + std::string(words[0]) + "`"
                                : "it does not begin with a rule");
    }
    if (rule->severity == Severity::kFatal) {
      return refuse(number,
                    "`" + std::string(words[0]) +
                        "` says that a document cannot be judged; that cannot be suppressed");
    }
    if (words.size() > 3) return refuse(number, "more than rule, expression and profile");
    const std::string_view reason =
        hash == std::string_view::npos ? std::string_view() : trimmed(line.substr(hash + 1));
    if (reason.empty()) return refuse(number, "no reason; write it behind a #");
    Line& added = result.lines_.emplace_back();
    added.number = number;
    added.rule = rule;
    if (words.size() > 1) added.expression = words[1];
    if (words.size() > 2) added.profile = words[2];
    added.reason = reason;
    result.by_rule_[static_cast<std::size_t>(rule - rule_table().data())].push_back(
        result.lines_.size() - 1);
    result.information_ = result.information_ || rule->severity == Severity::kInformation;
  }
  return result;
}

std::size_t Suppressions::find(const Issue& issue) const {
  if (lines_.empty() || issue.rule == nullptr || issue.severity == Severity::kFatal) return kNone;
  for (const std::size_t index :
       by_rule_[static_cast<std::size_t>(issue.rule - rule_table().data())]) {
    const Line& line = lines_[index];
    if (fits_glob(line.expression, issue.expression) && fits_glob(line.profile, issue.profile)) {
      return index;
    }
  }
  return kNone;
}

}  // namespace oncobridge::tools
