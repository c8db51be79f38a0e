#include "converters/chunk_converter.h"

#include <algorithm>
#include <cstring>

#include "converters/mappers/mappers.h"
#include "converters/readers/case_json.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// RFC 4648 section 4, for original bytes that are not valid UTF-8.
void append_base64(std::string_view bytes, Buffer& out) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push(k <= count ? kBase64[group >> (18 - 6 * k) & 0x3F] : '=');
    }
  }
}

}  // namespace

void ChunkResult::clear() {
  for (Buffer& buffer : output) buffer.clear();
  rejects.clear();
  covers.clear();
  case_ids.clear();
  case_id_ends.clear();
  records.clear();
  faults.clear();
  coverage.clear();
}

ChunkConverter::ChunkConverter(const ConverterParts& parts)
    : parts_(parts),
      bundle_(parts.options.framing),
      mapping_(parts.terms, parts.vocabulary, parts.ids, parts.map_options, bundle_),
      reader_(make_case_json_reader(parts.terms)) {
  if (parts.options.make_output_step) step_ = parts.options.make_output_step();
}

bool ChunkConverter::ids_are_unique() {
  seen_ids_.clear();
  for (const Mapping::Written& written : mapping_.written()) {
    // An id is a hash already: 16 of its digits say as much as all.
    std::uint64_t digits[2];
    std::memcpy(&digits[0], written.id.data(), 8);
    std::memcpy(&digits[1], written.id.data() + 28, 8);
    seen_ids_.push_back(digits[0] * 0x9E3779B97F4A7C15u + digits[1] +
                        static_cast<std::uint64_t>(written.type));
  }
  std::sort(seen_ids_.begin(), seen_ids_.end());
  return std::adjacent_find(seen_ids_.begin(), seen_ids_.end()) == seen_ids_.end();
}

bool ChunkConverter::convert_record(const RecordBytes& bytes, bool too_long) {
  faults_.clear();
  record_ = nullptr;
  if (too_long) {
    faults_.push_back({"too-long",
                       "the record is longer than the limit",
                       "raise --max-record, or split the record",
                       "",
                       {bytes.first_line, bytes.first_column, ""}});
    return false;
  }
  record_ = reader_->read(bytes);
  if (record_ == nullptr) {
    faults_ = reader_->faults();
    return false;
  }
  bundle_.checkpoint();
  mapping_.start(*record_, reader_->leaves());
  UuidText bundle_id;
  mapping_.ids().derive("bundle", "", bundle_id);
  bundle_.begin_bundle(view(bundle_id));
  for (const auto map : kMappers) map(mapping_);
  bundle_.end_bundle();
  if (ids_are_unique()) return true;
  bundle_.rollback();
  faults_.push_back({"id-collision",
                     "two resources of the record got the same id",
                     "this is a bug of oncobridge: please report it with the record's structure",
                     "",
                     {bytes.first_line, bytes.first_column, ""}});
  return false;
}

void write_reject(const RecordChunk& chunk, std::size_t index, std::string_view file,
                  const std::vector<Fault>& faults, std::string_view evidence, Buffer& out) {
  const RecordChunk::Span& span = chunk.records[index];
  JsonWriter json(out);
  json.raw("{");
  json.string("file", file);
  json.number("record", chunk.first_record + index);
  json.number("line", span.line);
  json.raw("faults", "[");
  for (const Fault& fault : faults) {
    json.element();
    json.begin_object();
    json.number("line", fault.place.line);
    json.number("column", fault.place.column);
    json.string("path", fault.place.path);
    json.string("rule", fault.rule);
    // A value is cut at 1000 bytes, which may be inside a character.
    json.string("value", std::string_view(fault.value).substr(0, valid_utf8_prefix(fault.value)));
    json.string("message", fault.message);
    json.string("advice", fault.advice);
    json.end_object();
  }
  json.raw("]");
  if (!evidence.empty()) {
    json.raw(",");
    json.raw(evidence);
  }
  const std::string_view original(chunk.bytes.data() + span.offset, span.size);
  if (is_utf8(original)) {
    json.string("original", original);
  } else {
    json.key("original_base64");
    out.push('"');
    append_base64(original, out);
    out.push('"');
  }
  json.raw("}\n");
}

void ChunkConverter::cover(std::string_view file, Buffer& out) {
  const LeafIndex& leaves = reader_->leaves();
  JsonWriter json(out);
  json.raw("{");
  json.string("file", file);
  json.string("case_id", record_->case_id.value);
  const std::size_t unused = json.open_array("unused");
  for (Leaf leaf = 1; leaf <= leaves.leaves.size(); ++leaf) {
    if (leaves.used[leaf - 1] & LeafIndex::kUsed) continue;
    json.element();
    json.string(leaves.path(leaf));
  }
  json.close_array(unused);
  const std::size_t uncoded = json.open_array("uncoded");
  for (Leaf leaf = 1; leaf <= leaves.leaves.size(); ++leaf) {
    if (!LeafIndex::is_uncoded(leaves.used[leaf - 1])) continue;
    json.element();
    json.string(leaves.path(leaf));
  }
  json.close_array(uncoded);
  const std::size_t flags = json.open_array("flags");
  for (const QualityFlag& flag : mapping_.flags()) {
    json.element();
    json.begin_object();
    json.string("rule", flag.rule);
    if (flag.leaf != 0) json.string("path", leaves.path(flag.leaf));
    json.end_object();
  }
  json.close_array(flags);
  json.raw("}\n");
}

// Shows what was written of the record to the output step; false if it is to be rejected, and then
// nothing of it is left.
bool ChunkConverter::passes_output_step(const RecordBytes& record) {
  if (step_ == nullptr) return true;
  parts_of_record_.clear();
  const bool by_type = parts_.options.framing == Framing::ndjson;
  for (std::size_t type = 0; type < (by_type ? kResourceTypeCount : 1); ++type) {
    parts_of_record_.push_back(bundle_.output(type).view().substr(output_start_[type]));
  }
  step_outcome_.clear();
  step_->process(parts_of_record_, step_outcome_);
  if (step_outcome_.faults.empty()) {
    if (step_outcome_.rewritten.size() == 0) return true;
    bundle_.rollback();
    bundle_.json().raw(step_outcome_.rewritten.view());
    return true;
  }
  bundle_.rollback();
  faults_ = step_outcome_.faults;
  for (Fault& fault : faults_) {
    fault.place.line = record.first_line;
    fault.place.column = record.first_column;
  }
  return false;
}

void ChunkConverter::convert(const RecordChunk& chunk, std::string_view file, ChunkResult& result) {
  result.clear();
  bundle_.clear();
  for (std::size_t i = 0; i < chunk.records.size(); ++i) {
    const RecordChunk::Span& span = chunk.records[i];
    const RecordBytes bytes{{chunk.bytes.data() + span.offset, span.size}, span.line, span.column};
    RecordOutcome& outcome = result.records.emplace_back();
    for (std::size_t type = 0; type < kResourceTypeCount; ++type) {
      output_start_[type] = bundle_.output(type).size();
    }
    step_outcome_.evidence.clear();
    outcome.converted = convert_record(bytes, span.too_long);
    outcome.held_back = outcome.converted && !passes_output_step(bytes);
    outcome.converted = outcome.converted && !outcome.held_back;
    if (outcome.converted) {
      outcome.patient = {};
      mapping_.patient_id().copy(outcome.patient.data(), outcome.patient.size());
      outcome.resources = static_cast<std::uint32_t>(mapping_.written().size());
      outcome.flags = static_cast<std::uint32_t>(mapping_.flags().size());
      result.case_ids.append(record_->case_id.value);
      result.coverage.add(reader_->leaves());
      if (parts_.options.coverage_details) cover(file, result.covers);
    } else {
      write_reject(chunk, i, file, faults_, step_outcome_.evidence, result.rejects);
      result.faults.push_back(faults_);
    }
    for (std::size_t type = 0; type < kResourceTypeCount; ++type) {
      outcome.output_end[type] = bundle_.output(type).size();
    }
    result.case_id_ends.push_back(result.case_ids.size());
    outcome.reject_end = result.rejects.size();
    outcome.cover_end = result.covers.size();
  }
  bundle_.swap_output(result.output);
}

}  // namespace oncobridge
