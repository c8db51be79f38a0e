#include "profiles/fhirpath_regex.h"

#include <re2/re2.h>

namespace oncobridge::profiles::fhirpath {
namespace {

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_dot_nl(true);
  options.set_log_errors(false);
  options.set_max_mem(4 << 20);
  return options;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

// Java's replacement in RE2's terms.
bool rewrite_of(const re2::RE2& pattern, std::string_view text, std::string& rewrite) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (text[at] == '\\') {
      const char escaped = next == '\0' ? '\\' : text[++at];
      rewrite += escaped == '\\' ? std::string("\\\\") : std::string(1, escaped);
    } else if (text[at] == '$' && next >= '0' && next <= '9') {
      rewrite += '\\';
      rewrite += text[++at];
    } else if (text[at] == '$' && next == '{') {
      const std::size_t end = text.find('}', at);
      if (end == std::string_view::npos) return false;
      const auto& groups = pattern.NamedCapturingGroups();
      const auto group = groups.find(std::string(text.substr(at + 2, end - at - 2)));
      if (group == groups.end() || group->second > 9) return false;
      rewrite += '\\';
      rewrite += static_cast<char>('0' + group->second);
      at = end;
    } else {
      rewrite += text[at];
    }
  }
  std::string problem;
  return pattern.CheckRewriteString(rewrite, &problem);
}

}  // namespace

struct Pattern::Impl {
  explicit Impl(std::string_view pattern) : program(piece(pattern), options()) {}
  re2::RE2 program;
};

Pattern::Pattern(std::string_view pattern) : impl_(std::make_unique<Impl>(pattern)) {}
Pattern::~Pattern() = default;

bool Pattern::ok() const { return impl_->program.ok(); }

bool Pattern::found_in(std::string_view text) const {
  return re2::RE2::PartialMatch(piece(text), impl_->program);
}

bool Pattern::is_all_of(std::string_view text) const {
  return re2::RE2::FullMatch(piece(text), impl_->program);
}

bool Pattern::replace(std::string_view text, std::string_view replacement,
                      std::string& result) const {
  std::string rewrite;
  if (!rewrite_of(impl_->program, replacement, rewrite)) return false;
  result.assign(text);
  re2::RE2::GlobalReplace(&result, impl_->program, rewrite);
  return true;
}

}  // namespace oncobridge::profiles::fhirpath
