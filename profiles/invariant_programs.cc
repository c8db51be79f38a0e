#include "profiles/invariant_programs.h"

#include "profiles/fhirpath_absence.h"
#include "profiles/fhirpath_parser.h"

namespace oncobridge::profiles {

InvariantProgram compile_invariant(const Constraint& constraint, const NameTable& names) {
  InvariantProgram program;
  program.native = find_native(constraint.expression);
  auto parsed = fhirpath::parse(constraint.expression, names, fhirpath::Leniency::kDefinitions);
  if (parsed) {
    program.expression = std::move(*parsed);
    program.true_without = fhirpath::true_without(program.expression->root());
  } else {
    program.fault = parsed.error().message;
  }
  return program;
}

}  // namespace oncobridge::profiles
