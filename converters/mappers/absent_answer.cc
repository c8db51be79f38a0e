#include "converters/mappers/absent_answer.h"

#include "converters/mappers/condition_parts.h"

namespace oncobridge {

const Term* absence(const Mapping& m, const Concept& answer) {
  return term_in(m, TermField::absent_value, answer);
}

const Term* absence(const Mapping& m, const Text& answer) {
  return answer ? m.terms().find(TermField::absent_value, answer.value) : nullptr;
}

void absent_value(Mapping& m, const Term& reason, std::string_view wording, Leaf leaf) {
  m.coded(leaf);
  m.codeable("dataAbsentReason", &reason, wording);
}

}  // namespace oncobridge
