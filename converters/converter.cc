// Converter and Run: chunks of records go to workers and come back in input order.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "converters/chunk_converter.h"
#include "oncobridge/base/partial_date.h"
#include "oncobridge/base/text.h"
#include "oncobridge/convert.h"

namespace oncobridge {
namespace {

// Places in a record are 32-bit numbers, and a JSON parser needs several bytes a byte.
constexpr std::size_t kLargestRecord = 1u << 30;

// The name of an input as valid UTF-8: file names need not be.
std::string readable_name(std::string_view name) {
  std::string result;
  while (!name.empty()) {
    const std::size_t valid = valid_utf8_prefix(name);
    result += name.substr(0, valid);
    if (valid < name.size()) result += "\xEF\xBF\xBD";
    name.remove_prefix(std::min(valid + 1, name.size()));
  }
  return result;
}

// The patients met so far, to find a case id that comes twice. Grows by 16 to 32 bytes a record.
class PatientSet {
 public:
  // False if it was there already.
  bool insert(const UuidText& id) {
    if (count_ * 2 >= slots_.size()) grow();
    const Key key = key_of(view(id));
    Key* slot = find(slots_, key);
    if (slot->high != 0 || slot->low != 0) return false;
    *slot = key;
    ++count_;
    return true;
  }

 private:
  struct Key {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Key&) const = default;
  };
  static Key key_of(std::string_view id) { return {hash_bytes(id, 1) | 1, hash_bytes(id, 2)}; }
  static Key* find(std::vector<Key>& slots, const Key& key) {
    const std::size_t mask = slots.size() - 1;
    for (std::size_t i = key.low & mask;; i = (i + 1) & mask) {
      if (slots[i] == Key{} || slots[i] == key) return &slots[i];
    }
  }
  void grow() {
    std::vector<Key> larger(std::max<std::size_t>(1024, slots_.size() * 2));
    for (const Key& key : slots_) {
      if (!(key == Key{})) *find(larger, key) = key;
    }
    slots_.swap(larger);
  }

  std::vector<Key> slots_;
  std::size_t count_ = 0;
};

// A chunk on its way: filled by the caller's thread, converted by a worker, given out in order.
struct Job {
  enum class Stage { free, ready, taken, done };
  Stage stage = Stage::free;
  RecordChunk chunk;
  ChunkResult result;
  std::string file;
  bool failed = false;  // an exception, e.g. out of memory

  void convert(ChunkConverter& converter) {
    try {
      converter.convert(chunk, file, result);
      failed = false;
    } catch (const std::exception&) {
      failed = true;
    }
  }
};

}  // namespace

struct Converter::Parts : ConverterParts {};

Converter::Converter(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
Converter::Converter(Converter&&) noexcept = default;
Converter& Converter::operator=(Converter&&) noexcept = default;
Converter::~Converter() = default;

Result<Converter> Converter::make(IdMaker ids, ConversionOptions options) {
  if (!options.recorded.empty() && !is_instant(options.recorded)) {
    return fault("recorded", "not a FHIR instant", "write it as 2026-01-31T12:00:00Z");
  }
  if (options.max_record < 1 || options.max_record > kLargestRecord) {
    return fault("max-record", "the longest record must be of 1 to 1073741824 bytes",
                 "the default is 16 MiB");
  }
  auto terms = Terms::load(embedded_term_tables());
  if (!terms) return tl::unexpected(terms.error());
  auto parts = std::unique_ptr<Parts>(new Parts{
      {std::move(*terms), {}, std::move(ids), options, {options.recorded, options.narrative}}});
  auto vocabulary = Vocabulary::load(parts->terms);
  if (!vocabulary) return tl::unexpected(vocabulary.error());
  parts->vocabulary = *vocabulary;
  return Converter(std::move(parts));
}

struct Converter::Run::State {
  State(const ConverterParts& shared, ConversionSink& out)
      : parts(shared),
        sink(out),
        checker(shared),
        jobs(shared.options.threads < 2 ? 1 : shared.options.threads * 2 + 1) {
    if (shared.options.threads < 2) return;
    start_workers();
  }
  ~State() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  // If not all can start, for want of memory or by a limit of the system, a quarter of those that
  // did do the work, so that memory is left for it; without any the caller's thread converts. The
  // output is the same.
  void start_workers() {
    const std::size_t wanted = parts.options.threads;
    std::unique_lock lock(mutex);  // the workers wait for the end of this function
    try {
      converters.reserve(wanted);
      workers.reserve(wanted);
      while (workers.size() < wanted) {
        converters.push_back(std::make_unique<ChunkConverter>(parts));
        workers.emplace_back([this, index = workers.size()] { work(index); });
      }
      kept = wanted;
    } catch (const std::exception&) {
      kept = workers.size() / 4;
    }
    ring = kept == 0 ? 1 : kept * 2 + 1;
    converters.resize(kept);
    lock.unlock();
    for (; workers.size() > kept; workers.pop_back()) workers.back().join();
  }

  // A worker: takes ready jobs in order until the run ends.
  void work(std::size_t index) {
    std::unique_lock lock(mutex);
    if (index >= kept) return;
    ChunkConverter& converter = *converters[index];
    while (true) {
      changed.wait(
          lock, [this] { return stopping || jobs[next_taken % ring].stage == Job::Stage::ready; });
      if (stopping) return;
      Job& job = jobs[next_taken++ % ring];
      job.stage = Job::Stage::taken;
      lock.unlock();
      job.convert(converter);
      lock.lock();
      job.stage = Job::Stage::done;
      changed.notify_all();
    }
  }

  // A job that can be filled; gives out finished ones first.
  Result<Job*> free_job() {
    Job& job = jobs[next_filled % ring];
    while (next_filled - next_given == ring) {
      if (auto given = give_out(); !given) return tl::unexpected(given.error());
    }
    return &job;
  }

  void publish() {
    {
      const std::lock_guard lock(mutex);
      jobs[next_filled % ring].stage = Job::Stage::ready;
    }
    ++next_filled;
    if (workers.empty()) {
      Job& job = jobs[0];
      job.convert(checker);
      job.stage = Job::Stage::done;
    } else {
      changed.notify_all();
    }
  }

  // Gives out the oldest job, waiting for it if need be.
  Result<void> give_out() {
    Job& job = jobs[next_given % ring];
    if (!workers.empty()) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&job] { return job.stage == Job::Stage::done; });
    }
    auto emitted = emit(job);
    const std::lock_guard lock(mutex);
    job.stage = Job::Stage::free;
    ++next_given;
    return emitted;
  }

  Result<void> emit(Job& job) {
    if (job.failed)
      return fault("internal", "a chunk of records could not be converted",
                   "lower --max-record or --threads");
    ChunkResult& result = job.result;
    totals.records += result.records.size();
    coverage.merge(result.coverage);
    std::array<std::size_t, kResourceTypeCount> start{};
    std::size_t reject_start = 0;
    std::size_t cover_start = 0;
    std::size_t id_start = 0;
    std::size_t rejected = 0;
    bool going = true;
    for (std::size_t i = 0; i < result.records.size() && going; ++i) {
      const RecordOutcome& outcome = result.records[i];
      if (!outcome.converted) {
        ++totals.rejected;
        totals.held_back += outcome.held_back;
        const std::vector<Fault>& faults = result.faults[rejected++];
        going = sink.rejected(
            {job.file, faults.front(), faults.size(), outcome.held_back,
             result.rejects.view().substr(reject_start, outcome.reject_end - reject_start)});
      } else if (!seen.insert(outcome.patient)) {
        going = reject_duplicate(job, i);
      } else {
        ++totals.converted;
        totals.resources += outcome.resources;
        totals.flags += outcome.flags;
        parts_of_record.clear();
        for (std::size_t type = 0; type < kResourceTypeCount; ++type) {
          if (parts.options.framing != Framing::ndjson && type > 0) break;
          parts_of_record.push_back(result.output[type].view().substr(
              start[type], outcome.output_end[type] - start[type]));
        }
        going = sink.converted(
            std::string_view(result.case_ids).substr(id_start, result.case_id_ends[i] - id_start),
            job.file, parts_of_record);
        if (going && outcome.cover_end > cover_start) {
          going = sink.covered(
              result.covers.view().substr(cover_start, outcome.cover_end - cover_start));
        }
      }
      start = outcome.output_end;
      reject_start = outcome.reject_end;
      cover_start = outcome.cover_end;
      id_start = result.case_id_ends[i];
    }
    if (!going)
      return fault("output", "the output could not be written", "check space and permissions");
    return {};
  }

  bool reject_duplicate(const Job& job, std::size_t index) {
    ++totals.rejected;
    const RecordChunk::Span& span = job.chunk.records[index];
    const RecordBytes bytes{
        {job.chunk.bytes.data() + span.offset, span.size}, span.line, span.column};
    Fault fault{"duplicate-case-id",
                "another record of this run has the same case_id",
                "give every case its own case_id",
                "",
                {span.line, span.column, "case_id"}};
    // The record is converted once more, so that its facts can be taken out of the coverage.
    if (checker.convert_record(bytes, false)) {
      coverage.add(checker.leaves(), -1);
      const Text& case_id = checker.record()->case_id;
      fault.value = case_id.value;
      fault.place = place_in(bytes, checker.leaves().leaves[case_id.leaf - 1].offset);
      fault.place.path = "case_id";
    }
    checker.bundle().clear();
    const std::vector<Fault> faults = {fault};
    Buffer line;
    write_reject(job.chunk, index, job.file, faults, {}, line);
    return sink.rejected({job.file, faults.front(), faults.size(), false, line.view()});
  }

  const ConverterParts& parts;
  ConversionSink& sink;
  ConversionTotals totals;
  Coverage coverage;
  PatientSet seen;
  ChunkConverter checker;  // of the caller's thread
  std::vector<std::string_view> parts_of_record;

  std::vector<Job> jobs;
  std::size_t ring = 1;         // jobs in use
  std::size_t kept = 0;         // workers
  std::size_t next_filled = 0;  // caller's thread
  std::size_t next_given = 0;   // caller's thread
  std::size_t next_taken = 0;   // under the mutex
  bool stopping = false;        // under the mutex
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::unique_ptr<ChunkConverter>> converters;  // of the workers
  std::vector<std::thread> workers;
};

Converter::Run::Run(const Converter& converter, ConversionSink& sink)
    : state_(std::make_unique<State>(*converter.parts_, sink)) {}
Converter::Run::~Run() = default;

Result<void> Converter::Run::add(ByteSource& source) {
  const ConversionOptions& options = state_->parts.options;
  RecordSplitter splitter(source, options.max_record, options.chunk_bytes);
  while (true) {
    auto job = state_->free_job();
    if (!job) return tl::unexpected(job.error());
    auto more = splitter.next((*job)->chunk);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    (*job)->file = readable_name(source.name());
    state_->publish();
  }
}

Result<void> Converter::Run::finish() {
  while (state_->next_given < state_->next_filled) {
    if (auto given = state_->give_out(); !given) return given;
  }
  const Coverage::Count total = state_->coverage.total();
  state_->totals.facts = total.facts;
  state_->totals.unused = total.unused;
  state_->totals.uncoded = total.uncoded;
  return {};
}

const ConversionTotals& Converter::Run::totals() const { return state_->totals; }
std::vector<FieldCoverage> Converter::Run::fields() const { return state_->coverage.fields(); }

}  // namespace oncobridge
