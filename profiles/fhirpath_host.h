// What FHIRPath asks its surroundings: other resources, value sets, profiles, the clock. The judge
// implements it over the document at hand; every answer may be "not known". One host serves one
// evaluator on one thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "profiles/fhirpath_value.h"

namespace oncobridge::profiles::fhirpath {

enum class Truth : std::int8_t {
  kFault = -2,  // the expression cannot be evaluated
  kEmpty = -1,  // neither: empty, or not known
  kFalse = 0,
  kTrue = 1,
};
inline Truth truth(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

class Host {
 public:
  virtual ~Host() = default;

  // The resource that a reference of `from` names: `#id`, `Patient/1`, a URL. False: not found. The
  // document must live until the evaluation ends.
  virtual bool resolve(const Place& from, std::string_view reference, Place& target);
  // Whether a code, Coding or CodeableConcept is in a value set. `code` is set where the item is no
  // element but a string.
  virtual Truth member_of(const Place& element, std::string_view code, std::string_view value_set);
  // kFault: there is no such profile.
  virtual Truth conforms_to(const Place& element, std::string_view profile);
  // txt-1 and txt-2 on a narrative's div.
  virtual Truth html_checks(const Place& div);
  // A variable that FHIRPath and FHIR do not define. False: there is none of that name.
  virtual bool variable(std::string_view name, Item& value);
  // The time that now(), today() and timeOfDay() give throughout one evaluation.
  virtual PartialTime now();
};

}  // namespace oncobridge::profiles::fhirpath
