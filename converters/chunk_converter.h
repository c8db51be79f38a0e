// ChunkConverter: one worker. Turns a chunk of records into bundles, reject lines and coverage, and
// owns everything mutable that this needs: reader, mapping, writer. Reused from chunk to chunk.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "converters/coverage.h"
#include "converters/mapping.h"
#include "converters/record_splitter.h"
#include "oncobridge/convert.h"

namespace oncobridge {

// What the workers of all runs share.
struct ConverterParts {
  Terms terms;
  Vocabulary vocabulary;
  IdMaker ids;
  ConversionOptions options;
  MapOptions map_options;
};

// What became of one record of a chunk.
struct RecordOutcome {
  bool converted;
  bool held_back;    // by the output step, after it was converted
  UuidText patient;  // stands for the case id when duplicates are looked for
  std::uint32_t resources;
  std::uint32_t flags;
  // Ends in the output buffers and side texts; the beginning is the end before.
  std::array<std::size_t, kResourceTypeCount> output_end;
  std::size_t reject_end;
  std::size_t cover_end;
};

struct ChunkResult {
  Buffer output[kResourceTypeCount];
  Buffer rejects;  // NDJSON
  Buffer covers;   // NDJSON
  std::string case_ids;
  std::vector<std::size_t> case_id_ends;
  std::vector<RecordOutcome> records;
  std::vector<std::vector<Fault>> faults;  // of the rejected records, in order
  Coverage coverage;

  void clear();
};

class ChunkConverter {
 public:
  explicit ChunkConverter(const ConverterParts& parts);

  void convert(const RecordChunk& chunk, std::string_view file, ChunkResult& result);

  // Converts one record; false if it was rejected, see faults(). What was written is in bundle().
  bool convert_record(const RecordBytes& record, bool too_long);
  const std::vector<Fault>& faults() const { return faults_; }
  const Mapping& mapping() const { return mapping_; }
  BundleWriter& bundle() { return bundle_; }
  const LeafIndex& leaves() { return reader_->leaves(); }
  const CaseRecord* record() const { return record_; }

 private:
  bool passes_output_step(const RecordBytes& record);
  void cover(std::string_view file, Buffer& out);
  bool ids_are_unique();

  const ConverterParts& parts_;
  BundleWriter bundle_;
  Mapping mapping_;
  std::unique_ptr<RecordReader> reader_;
  const CaseRecord* record_ = nullptr;
  std::vector<Fault> faults_;
  std::vector<std::uint64_t> seen_ids_;  // reused
  std::unique_ptr<OutputStep> step_;     // may be null
  OutputStep::Outcome step_outcome_;
  std::array<std::size_t, kResourceTypeCount> output_start_{};  // of the record in the buffers
  std::vector<std::string_view> parts_of_record_;
};

// One line of the reject file; also used for a duplicate case id, found later. `evidence`: further
// members of the line.
void write_reject(const RecordChunk& chunk, std::size_t index, std::string_view file,
                  const std::vector<Fault>& faults, std::string_view evidence, Buffer& out);

}  // namespace oncobridge
