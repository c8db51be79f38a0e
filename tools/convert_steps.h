// What `oncobridge convert` does to a bundle in the worker that made it: judges it, turns it into
// XML. Each step belongs to one worker; what it is made from is shared and immutable.
#pragma once

#include <memory>
#include <vector>

#include "oncobridge/convert.h"
#include "profiles/schema.h"

namespace oncobridge::tools {

// Writes bundles in FHIR's XML form, one a line. The schema must outlive the step.
std::unique_ptr<OutputStep> make_xml_step(const profiles::Schema& schema);

// One step after the other; a record that the first holds back does not reach the next.
std::unique_ptr<OutputStep> make_steps(std::vector<std::unique_ptr<OutputStep>> steps);

}  // namespace oncobridge::tools
