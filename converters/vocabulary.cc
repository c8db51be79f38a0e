#include "converters/vocabulary.h"

#include <algorithm>

namespace oncobridge {

Result<Vocabulary> Vocabulary::load(const Terms& terms) {
  constexpr std::string_view kNames[] = {
#define ONCOBRIDGE_FIXED_NAME(name) #name,
      ONCOBRIDGE_FIXED(ONCOBRIDGE_FIXED_NAME)
#undef ONCOBRIDGE_FIXED_NAME
  };
  Vocabulary result;
  for (std::size_t i = 0; i < kCount; ++i) {
    std::string wording(kNames[i]);
    std::replace(wording.begin(), wording.end(), '_', ' ');
    result.terms_[i] = terms.find(TermField::fixed, wording);
    if (result.terms_[i] == nullptr) {
      return fault("term-table", "fixed.csv lacks the row `" + wording + "`",
                   "every name in converters/vocabulary.h needs a row");
    }
  }
  return result;
}

}  // namespace oncobridge
