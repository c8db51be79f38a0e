// Definitions as the command line asks for them, for every subcommand that judges.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/profile/validator.h"

namespace oncobridge::tools {

// The shipped definitions, and what packages (`name#version`) and paths add: folders, .tgz files,
// single definitions and Questionnaires. Each file below a path that cannot be read is named on
// standard error and makes a fault; those of packages are only named, as are values that are not
// understood, and missing packages.
Result<std::unique_ptr<Definitions>> load_definitions(const std::vector<std::string>& packages,
                                                      const std::string& package_cache,
                                                      const std::vector<std::string>& paths);

// `FILE:LINE: what is wrong`, of an entry of Definitions::faults().
std::string describe_in_file(const Fault& fault);
// `warning: FILE:LINE: what is not understood [rule]`, of an entry of Definitions::doubts().
std::string describe_doubt(const Fault& doubt);

// What a package depends on and is not here, and which package that is.
std::string describe_missing(const MissingPackage& missing);

// The canonical of what somebody calls a profile; a fault if it is not there or cannot be judged
// against.
Result<std::string> find_profile(const Definitions& definitions, const std::string& name);
// Of `Type=PROFILE` or `PROFILE`, as ValidatorOptions::bundle_profiles has it.
Result<std::string> find_bundle_profile(const Definitions& definitions, const std::string& named);

}  // namespace oncobridge::tools
