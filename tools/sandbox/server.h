// The HTTP side of the trial server: 127.0.0.1 only, its own limits, its own worker threads.
// What the library beneath leaves open and this cannot close: a client that stalls costs one
// socket without a time limit, and header fields are limited only after they were read. Enough
// for a trial on one's own machine, not for a network.
// A process should hold one Server at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "tools/sandbox/store.h"

namespace oncobridge::sandbox {

struct ServerOptions {
  uint16_t port = 0;                     // 0: a free one
  std::size_t max_body = 32u << 20;      // bytes of one request body
  std::size_t max_pending = 256u << 20;  // bytes of bodies received and not yet answered
  std::size_t max_header = 64u << 10;    // bytes of header fields of one request
  std::size_t max_queue = 1024;          // requests waiting for a worker
  unsigned workers = 4;
};

class Server {
 public:
  // Listens when it returns. The error says what to do about it.
  static tl::expected<Server, std::string> start(const ServerOptions& options);

  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();

  // http://127.0.0.1:PORT/fhir
  const std::string& base_url() const;
  Store& store();

  // Stops listening, answers what was received, ends the workers. False: the library beneath did
  // not let go of its connections within a few seconds; the process can only exit.
  bool stop();

 private:
  struct Core;
  explicit Server(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace oncobridge::sandbox
