#include "converters/lifetime.h"

#include <algorithm>

namespace oncobridge {

bool precedes(std::string_view first, std::string_view second) {
  const std::size_t common = std::min(first.size(), second.size());
  return first.substr(0, common) < second.substr(0, common);
}

Leaf Lifetime::before_birth(const When& when) const {
  for (const Date* date : {&when.date, &when.start, &when.end}) {
    if (precedes(*date, birth)) return date->leaf;
  }
  return 0;
}

Leaf Lifetime::after_death(const When& when) const {
  for (const Date* date : {&when.date, &when.start, &when.end}) {
    if (precedes(death, *date)) return date->leaf;
  }
  return 0;
}

bool death_is_disputed(const PatientFacts& patient) {
  return patient.death_date && patient.vital_status && !patient.vital_status.is(VitalStatus::dead);
}

Lifetime lifetime_of(const PatientFacts& patient) {
  if (patient.fact.negative() || patient.fact.unknown()) return {};  // its facts are not believed
  return {patient.birth_date, death_is_disputed(patient) ? Date{} : patient.death_date};
}

}  // namespace oncobridge
