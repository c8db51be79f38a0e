// The files of a package, wherever it lies: a folder or a .tgz. Nothing is ever written. Pure but
// for the file system.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"

namespace oncobridge::profiles {

struct PackageFileVisitor {
  // The name is relative, with `/`; the bytes live until the call returns.
  std::function<void(std::string_view name, std::string_view bytes)> on_file;
  // Files that cannot be read, or may not be.
  std::function<void(Fault fault)> on_fault;
};

// Visits the .json and .xml files of a folder or .tgz, folders in the order of their names; files
// of a folder may also be .gz or .zst. Where
// it holds a package (a package.json, or a folder `package`), only the package's own folder: its
// examples and other by-products are no definitions. Or the one file that `path` names, whatever
// its name, plain, gzip or zstd. Fault rules: input-open, archive-broken, archive-limit.
Result<void> visit_package(const std::string& path, const PackageFileVisitor& visitor);

// The folder whose files visit_package() visits, without a slash at its end: `path`, or in it the
// one of its package.
std::string package_folder(const std::string& path);

// The bytes of a file of at most 1 GB. Fault rule: input-open.
Result<std::string> read_file(const std::string& path);

}  // namespace oncobridge::profiles
