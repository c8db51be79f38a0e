// Definitions as the command line asks for them, for every subcommand that judges.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/profile/validator.h"

namespace oncobridge::tools {

// The shipped definitions, and what packages (`name#version`) and paths add: folders, .tgz files,
// single definitions and Questionnaires.
Result<std::unique_ptr<Definitions>> load_definitions(const std::vector<std::string>& packages,
                                                      const std::string& package_cache,
                                                      const std::vector<std::string>& paths);

// The canonical of what somebody calls a profile; a fault names those that are not there.
Result<std::string> find_profile(const Definitions& definitions, const std::string& name);

}  // namespace oncobridge::tools
