// For tests that need a FHIR server: the trial server on a free loopback port in this process,
// requests to it, and the command of this build run as a child process.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "oncobridge/fhir/json_document.h"
#include "tools/sandbox/server.h"

namespace oncobridge::test {

struct Reply {
  int status = 0;  // 0: no answer
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
};

struct Exchange {
  std::string method = "GET";
  std::string url;
  std::optional<std::string> body;
  std::vector<std::string> headers;  // "Name: value"; "Name:" takes one away
};
Reply exchange(const Exchange& request);

// Sends bytes to 127.0.0.1 and returns what comes back until the peer closes or is silent for
// two seconds.
std::string raw_exchange(uint16_t port, const std::string& bytes);

struct CommandResult {
  int exit_code = -1;
  std::string out;
  std::string error;
};
// Runs the oncobridge command with these arguments to its end; fails the test if it does not start.
CommandResult run_command(const std::vector<std::string>& arguments, const std::string& input = "");

// A folder below the system's temporary one, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = "") const { return path_ + '/' + name; }
  // Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

std::string read_file(const std::string& path);

// The oncobridge command as a child process, ended with the object at the latest.
class RunningCommand {
 public:
  explicit RunningCommand(std::vector<std::string> arguments, const std::string& input = "");
  ~RunningCommand();
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  void terminate() const;  // SIGTERM
  CommandResult wait();

 private:
  TemporaryFolder folder_;
  pid_t child_ = -1;
};

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void start(const sandbox::ServerOptions& options);

  std::string url(const std::string& path = "") const { return server_->base_url() + path; }
  uint16_t port() const;
  Reply get(const std::string& path) const { return exchange({"GET", url(path), {}, {}}); }
  // With Content-Type: application/fhir+json.
  Reply send(const std::string& method, const std::string& path, const std::string& body) const;

  std::optional<sandbox::Server> server_;
};

}  // namespace oncobridge::test
