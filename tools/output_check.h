// Before anything is written: nothing that a command reads may be written over, nor two outputs
// into one file.
#pragma once

#include <string>
#include <vector>

#include "oncobridge/base/result.h"
#include "tools/commands.h"

namespace oncobridge::tools {

// Whether both names lead to one file or folder, through links, in another spelling, or because it
// is not there yet.
bool is_same_file(const std::string& a, const std::string& b);

// The file that standard input (0) or output (1) was redirected from or to; empty if it is none.
std::string redirected_file(int descriptor);

// `inputs`: the files to read, "-" for standard input. `into_folder`: --out is a folder.
Result<void> check_outputs(const ConvertOptions& options, const std::vector<std::string>& inputs,
                           bool into_folder);

// The report of `validate` may replace an earlier one, but nothing that is read, and it stands in
// no folder where a search for resources or definitions would take it for one. `files`: the files
// to read, "-" for standard input.
Result<void> check_report(const ValidateOptions& options, const std::vector<std::string>& files);

}  // namespace oncobridge::tools
