// Conversion: case records in, FHIR R4 / mCODE STU4 resources out. A Converter is immutable once
// made and may be shared by any number of runs; a run uses its own worker threads. Output, rejects
// and coverage come in input order and are the same bytes on any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"
#include "oncobridge/base/uuid.h"
#include "oncobridge/fhir/bundle_writer.h"

namespace oncobridge {

// A step between the mappers and the output: may hold a record back, or write its bundle in another
// form. Used by one worker at a time.
class OutputStep {
 public:
  struct Outcome {
    std::vector<Fault> faults;  // if any, the record is rejected with these; `path` is a place in
                                // the output, line and column are set to those of the record
    std::string evidence;       // members for the line of the reject file: `"resources":[...]`
    Buffer rewritten;           // if not empty, goes out in place of the bundle; not with NDJSON
    void clear() {
      faults.clear();
      evidence.clear();
      rewritten.clear();
    }
  };
  virtual ~OutputStep() = default;
  // `parts` as in ConversionSink::converted. `outcome` is clear.
  virtual void process(const std::vector<std::string_view>& parts, Outcome& outcome) = 0;
};

struct ConversionOptions {
  Framing framing = Framing::transaction;
  unsigned threads = 1;
  std::string recorded;    // FHIR instant for Provenance.recorded; empty: stated as unknown
  bool narrative = false;  // write a short `text` into every resource
  std::size_t max_record = 16u << 20;    // bytes of one record, at most 1 GiB
  std::size_t chunk_bytes = 256u << 10;  // of records that a worker takes at once
  bool coverage_details = false;  // name every unused fact of every record, not only the totals
  std::function<std::unique_ptr<OutputStep>()> make_output_step;  // called once for each worker
};

// What a run did.
struct ConversionTotals {
  std::uint64_t records = 0;  // read, the rejected included
  std::uint64_t converted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t held_back = 0;  // of the rejected: by the output step
  std::uint64_t resources = 0;
  std::uint64_t facts = 0;    // values of converted records
  std::uint64_t unused = 0;   // of these, not in any resource
  std::uint64_t uncoded = 0;  // wordings that stand in a resource without a code
  std::uint64_t flags = 0;    // remarks on the quality of the source
};

// Coverage of one field over a run.
struct FieldCoverage {
  std::string path;  // without list positions, e.g. `markers.percent.value`
  std::uint64_t facts = 0;
  std::uint64_t unused = 0;
  std::uint64_t uncoded = 0;
};

// A rejected record.
struct Rejection {
  std::string_view file;
  const Fault& first;  // of its faults; `value` is health data, the rest is not
  std::size_t faults;  // how many it has
  bool held_back;      // by the output step; its places are in the output
  std::string_view
      json_line;  // for the reject file: all faults and the original bytes. Health data.
};

// Takes what a run produces, on the thread that called run().
class ConversionSink {
 public:
  virtual ~ConversionSink() = default;
  // One converted record. `case_id` as in the record; `parts` is the bundle with its line end, or
  // with NDJSON one part a resource type, empty parts included. False stops the run.
  virtual bool converted(std::string_view case_id, std::string_view file,
                         const std::vector<std::string_view>& parts) = 0;
  virtual bool rejected(const Rejection& rejection) = 0;
  // One line of JSON that lists the unused facts and quality flags of a record, by path.
  virtual bool covered(std::string_view json_line) = 0;
};

// Where records come from.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::string_view name() const = 0;
  // Up to `size` bytes; 0 at the end.
  virtual Result<std::size_t> read(char* bytes, std::size_t size) = 0;
};

// Opens a file (plain, gzip or zstd, told by its first bytes); "-" is standard input.
Result<std::unique_ptr<ByteSource>> open_input(const std::string& path);
// The files of a folder that hold records (*.json, *.ndjson, *.jsonl, each also .gz or .zst),
// sorted by name; a file stands for itself.
Result<std::vector<std::string>> list_inputs(const std::string& path);

class Converter {
 public:
  static Result<Converter> make(IdMaker ids, ConversionOptions options);
  Converter(Converter&&) noexcept;
  Converter& operator=(Converter&&) noexcept;
  ~Converter();

  // One run over any number of sources. A record that cannot be read or mapped costs only itself.
  // Case ids must be unique in a run. The converter and the sink must outlive the run.
  class Run {
   public:
    Run(const Converter& converter, ConversionSink& sink);
    ~Run();
    // Reads the whole source; what it produces may reach the sink later, at the latest in finish().
    Result<void> add(ByteSource& source);
    Result<void> finish();
    const ConversionTotals& totals() const;
    std::vector<FieldCoverage> fields() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

 private:
  friend class Run;
  struct Parts;
  explicit Converter(std::unique_ptr<const Parts> parts);
  std::unique_ptr<const Parts> parts_;
};

}  // namespace oncobridge
