// The step of `oncobridge convert --validate`: judges a bundle in the worker that made it, before
// it is given out. Each step belongs to one worker; the definitions are shared.
#pragma once

#include <memory>

#include "oncobridge/convert.h"
#include "oncobridge/profile/validator.h"

namespace oncobridge::tools {

// Holds back a record with an error in any resource. The line of the reject file gets each failing
// resource with its issues. `by_type`: NDJSON, each resource is a document of its own.
std::unique_ptr<OutputStep> make_judge_step(const Definitions& definitions,
                                            const ValidatorOptions& options, bool by_type);

}  // namespace oncobridge::tools
