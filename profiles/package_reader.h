// Reads FHIR packages. Nothing is ever written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "profiles/definition_text.h"

namespace oncobridge::profiles {

struct PackageManifest {
  std::string name;  // `hl7.fhir.us.core#6.1.0`
  std::vector<std::string> depends;
};
// From the bytes of package.json.
Result<PackageManifest> read_manifest(std::string_view bytes);

// All definitions of one package, by canonical and version; for tools. `path` is a folder or .tgz.
Result<PackageDefinitions> read_package(const std::string& path, bool keep_differentials = false);

}  // namespace oncobridge::profiles
