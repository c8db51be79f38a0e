#include <pthread.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tools/commands.h"
#include "tools/sandbox/server.h"

namespace oncobridge::tools {
namespace {

// Written beside and renamed, so that whoever waits for the file never reads half of it.
bool write_ready_file(const std::string& path, const std::string& base_url) {
  const std::string draft = path + ".tmp";
  std::ofstream file(draft, std::ios::trunc);
  file << base_url << '\n';
  file.close();
  return file.good() && std::rename(draft.c_str(), path.c_str()) == 0;
}

// Every client costs a descriptor, stalled ones too.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int run_sandbox(const SandboxOptions& options) {
  // Blocked before any thread starts, so that only sigwait below takes them.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  raise_descriptor_limit();

  sandbox::ServerOptions server_options;
  server_options.port = options.port;
  server_options.max_body = options.max_body;
  server_options.workers = options.workers;
  auto server = sandbox::Server::start(server_options);
  if (!server) {
    std::fprintf(stderr, "oncobridge sandbox: %s\n", server.error().c_str());
    return kServer;
  }
  std::printf(
      "oncobridge sandbox at %s (a trial server: everything is in memory and gone when it "
      "stops)\n",
      server->base_url().c_str());
  std::fflush(stdout);
  if (!options.ready_file.empty() && !write_ready_file(options.ready_file, server->base_url())) {
    std::fprintf(stderr, "oncobridge sandbox: cannot write %s\n", options.ready_file.c_str());
    return kOutput;
  }

  int signal = 0;
  sigwait(&ending, &signal);
  // Nothing is held that would need saving, so a connection that will not end is simply left.
  if (!server->stop()) std::_Exit(kOk);
  return kOk;
}

}  // namespace oncobridge::tools
