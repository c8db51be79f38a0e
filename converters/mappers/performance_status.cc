// Performance status and Deauville score -> mCODE's ECOG, Karnofsky, Lansky and Deauville profiles.
// A score that its scale does not have is kept without a claim and flagged.
#include <charconv>

#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

struct Scale {
  std::string_view profile;
  Fixed code;
  Fixed category;
  TermField scores;  // the scale's grades by number
};
// By PerformanceScale, from 1.
constexpr Scale kScales[] = {
    {"mcode-ecog-performance-status", Fixed::ecog, Fixed::category_exam, TermField::ecog},
    {"mcode-karnofsky-performance-status", Fixed::karnofsky, Fixed::category_exam,
     TermField::karnofsky},
    {"mcode-lansky-play-performance-status", Fixed::lansky, Fixed::category_exam,
     TermField::lansky},
    {"mcode-deauville-scale", Fixed::deauville, Fixed::category_imaging, TermField::deauville},
};

const Term* grade_of(const Mapping& m, const Scale& scale, std::uint32_t value) {
  char digits[10];
  const char* last = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  return m.terms().find(scale.scores, {digits, static_cast<std::size_t>(last - digits)});
}

void write(Mapping& m, const Performance& performance) {
  // That a score was explicitly not some number says nothing that an element could hold.
  const State state = m.state(performance.fact);
  if (state == State::negative) return m.flag("negative-number", performance.fact.state.leaf);
  const Scale& scale = kScales[static_cast<std::size_t>(m.use(performance.scale).value) - 1];
  const bool scored = state == State::known && performance.value;
  const Term* grade = scored ? grade_of(m, scale, performance.value.value) : nullptr;
  // us-core-2: a value or the reason why there is none.
  const bool conforms = grade != nullptr || !scored;
  m.begin(ResourceType::Observation, performance.fact.id(), performance.fact,
          conforms ? scale.profile : std::string_view{});
  m.status("final");
  m.code_list("category", scale.category);
  m.code("code", scale.code);
  m.subject();
  m.time("effective", performance.when, TimeRule::day);
  if (scored) {
    m.integer("valueInteger", performance.value);
    if (grade == nullptr) {
      m.contradiction("score-not-on-scale", performance.value.leaf,
                      "The stated score is not possible: its scale does not have it.");
    }
  } else {
    m.code("dataAbsentReason", Fixed::absent_unknown);
  }
  if (grade != nullptr) {
    m.json().raw("interpretation", "[");
    m.codeable_element(grade, {});
    m.json().raw("]");
  }
  m.end();
}

}  // namespace

void map_performance(Mapping& m) {
  for (const Performance& performance : m.record().performance) write(m, performance);
}

}  // namespace oncobridge
