// oncobridge terms: what a wording resolves to, by field, with the source of every code.
#include <cstdio>

#include "converters/terms.h"
#include "tools/commands.h"

namespace oncobridge::tools {
namespace {

void print(const Term& term) {
  const std::string_view field = term_field_name(term.field);
  std::printf("%.*s  [field %.*s]\n", static_cast<int>(term.wording.size()), term.wording.data(),
              static_cast<int>(field.size()), field.data());
  for (const Coding& coding : term.codings) {
    const auto part = [](std::string_view text) { return std::string(text); };
    std::printf("    %s#%s  %s\n        source: %s  licence: %s\n", part(coding.system).c_str(),
                part(coding.code).c_str(), part(coding.display).c_str(),
                part(coding.source).c_str(), part(coding.licence).c_str());
  }
}

}  // namespace

int run_terms(const TermsOptions& options) {
  auto terms = Terms::load(embedded_term_tables());
  if (!terms) {
    std::fprintf(stderr, "oncobridge terms: %s\n", terms.error().message.c_str());
    return kInternal;
  }
  int known_field = options.field.empty();
  int found = 0;
  TermField last = TermField::none;
  for (const Term& term : terms->all()) {
    if (!options.field.empty() && term_field_name(term.field) != options.field) continue;
    known_field = 1;
    if (options.words.empty()) {
      if (options.field.empty()) {
        // No wording and no field: the fields themselves.
        if (term.field != last)
          std::printf("%s\n", std::string(term_field_name(term.field)).c_str());
        last = term.field;
      } else {
        print(term);
      }
      ++found;
    } else if (terms->find(term.field, options.words) == &term) {
      print(term);
      ++found;
    }
  }
  if (!known_field) {
    std::fprintf(stderr,
                 "oncobridge terms: no field `%s`; list the fields with: oncobridge terms\n",
                 options.field.c_str());
    return kUsage;
  }
  if (found == 0) {
    std::fprintf(stderr, "no code table has this wording%s; it is written as text without a code\n",
                 options.field.empty() ? "" : " in this field");
    return kRejected;
  }
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kOk;
  std::fprintf(stderr, "oncobridge terms: the output could not be written\n");
  return kOutput;
}

}  // namespace oncobridge::tools
