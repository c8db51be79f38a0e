// The files of a package, wherever it lies: a folder or a .tgz. Nothing is ever written. Pure but
// for the file system.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"

namespace oncobridge::profiles {

// Names are relative, with `/`; bytes live until the call returns.
using OnPackageFile = std::function<void(std::string_view name, std::string_view bytes)>;

// Visits the .json and .xml files below a folder in the order of their names. Where it holds a
// package (a package.json, or a folder `package` with one), only the package's own folder: its
// examples and other by-products are no definitions.
Result<void> visit_folder(const std::string& path, const OnPackageFile& on_file);

// The bytes of a file of at most 1 GB.
Result<std::string> read_file(const std::string& path);

}  // namespace oncobridge::profiles
