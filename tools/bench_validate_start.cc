// The command as a whole process.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "profiles/tgz.h"
#include "tools/bench_validate_rows.h"

namespace oncobridge::bench {
namespace {

namespace fs = std::filesystem;

struct Run {
  double milliseconds = 0;
  double megabytes = 0;
};

Run run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) fail("cannot start a process");
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage = {};
  if (wait4(child, &status, 0, &usage) != child) fail("cannot wait for " + words[0]);
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) fail(words[0] + " did not come to a verdict");
  return {wall.count(), static_cast<double>(usage.ru_maxrss) / 1024};
}

void report(const char* name, const std::vector<std::string>& words, int rounds) {
  Run best = run(words);
  for (int round = 1; round < rounds; ++round) {
    const Run again = run(words);
    best.milliseconds = std::min(best.milliseconds, again.milliseconds);
    best.megabytes = std::max(best.megabytes, again.megabytes);
  }
  std::printf("%s wall_ms=%.1f peak_mb=%.1f\n", name, best.milliseconds, best.megabytes);
}

void unpack(const fs::path& packages, std::string_view package, const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(packages)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(package) || !name.ends_with(".tgz")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    profiles::TgzVisitor visitor;
    visitor.wants = [](std::string_view path) { return path.ends_with(".json"); };
    visitor.on_file = [&](std::string_view path, std::string_view document) {
      const fs::path relative = fs::path(path).lexically_normal();
      if (relative.is_absolute() || *relative.begin() == "..") return;
      fs::create_directories((folder / relative).parent_path());
      std::ofstream(folder / relative, std::ios::binary) << document;
    };
    visitor.on_fault = [](const Fault&) {};
    if (auto visited = profiles::visit_tgz(bytes, visitor); !visited) {
      fail(visited.error().message);
    }
    return;
  }
  fail("no package " + std::string(package));
}

}  // namespace

int report_start(const fs::path& packages, const std::vector<std::string>& documents, int rounds) {
  const std::string command = fs::read_symlink("/proc/self/exe").parent_path() / "oncobridge";
  if (!fs::exists(command)) fail("no command at " + command);
  std::string pattern = fs::temp_directory_path() / "bench_validate_XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) fail("cannot make a folder");
  const fs::path folder = pattern;
  const auto patient = std::find_if(documents.begin(), documents.end(), [](const auto& document) {
    return document.find("\"Patient\"") < 100;
  });
  if (patient == documents.end()) fail("no Patient");
  const fs::path file = folder / "patient.json";
  std::ofstream(file, std::ios::binary) << *patient;
  const fs::path core = folder / "us.core";
  unpack(packages, "hl7.fhir.us.core-", core);
  report("start", {command, "validate", file}, rounds);
  report("start_with_unpacked_us_core", {command, "validate", file, "--definitions", core}, rounds);
  fs::remove_all(folder);
  return 0;
}

}  // namespace oncobridge::bench
