// Rows and reports of bench_validate that have a file of their own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "oncobridge/profile/validator.h"

namespace oncobridge::bench {

[[noreturn]] void fail(const std::string& why);

// fhirpath_observations: six invariants of the resource on each Observation, by their FHIRPath.
// Natives and expressions are compared first.
void add_fhirpath_row(const Definitions& definitions, const std::vector<std::string>& documents);

// profiles_1_thread, profiles_2_threads: each thread judges all documents with a validator of its
// own, as `oncobridge validate --threads` does.
void add_thread_rows(const Definitions& definitions, const std::vector<std::string>& documents);

// Runs the oncobridge command that stands beside this program and prints the best wall time and
// the largest memory of `rounds` runs: on a Patient, and on it with an unpacked US Core.
int report_start(const std::filesystem::path& packages, const std::vector<std::string>& documents,
                 int rounds);

}  // namespace oncobridge::bench
