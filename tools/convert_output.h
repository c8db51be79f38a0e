// Where `oncobridge convert` puts its bundles: standard output, one file, or a folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/fhir/bundle_writer.h"

namespace oncobridge::tools {

class BundleOutput {
 public:
  virtual ~BundleOutput() = default;
  // As ConversionSink::converted.
  virtual bool write(std::string_view case_id, const std::vector<std::string_view>& parts) = 0;
  // Flushes; false if any byte could not be written.
  virtual bool finish() = 0;
  // After finish(): what was written gets its name. Without it, earlier files stay as they were;
  // only the bundle files of a folder have theirs from the moment they are whole.
  virtual bool keep() { return true; }
};

// A path that ends in '/' or is a folder, one without an extension, and any path with NDJSON
// framing; "-", devices and pipes never.
bool is_bundle_folder(const std::string& path, Framing framing);

// "-": standard output. A folder is created if need be. A file gets one bundle a line. `format`,
// json or xml, is the extension of a case's file.
Result<std::unique_ptr<BundleOutput>> open_bundle_output(const std::string& path, Framing framing,
                                                         const std::string& format);

// The file name of a case: its id with '_' for other characters than letters, digits, '.', '_' and
// '-', and a check sum where that changed anything, so that two cases never share a file.
std::string case_file_name(std::string_view case_id);

}  // namespace oncobridge::tools
