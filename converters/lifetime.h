// Times against a patient's birth and death: nothing is before the one, and no treatment is after
// the other. Dates compare by the precision that both have, so 2020 is not before 2020-03. Plain
// values, filled from a record for each record.
#pragma once

#include <string_view>

#include "oncobridge/record/case_record.h"

namespace oncobridge {

// True if the first date is certainly before the second; both are stated.
bool precedes(std::string_view first, std::string_view second);
inline bool precedes(const Date& first, const Date& second) {
  return first && second && precedes(first.text, second.text);
}

struct Lifetime {
  Date birth;
  Date death;  // not set where the record disputes it

  explicit operator bool() const { return birth || death; }
  // The date of the time that is impossible; 0 if there is none.
  Leaf before_birth(const When& when) const;
  Leaf after_death(const When& when) const;
};

// A date of death beside a vital status that is not death: neither is believed.
bool death_is_disputed(const PatientFacts& patient);

Lifetime lifetime_of(const PatientFacts& patient);

}  // namespace oncobridge
