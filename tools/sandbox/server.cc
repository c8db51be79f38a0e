#include "tools/sandbox/server.h"

// cpprest defines a macro U otherwise.
#define _TURN_OFF_PLATFORM_STRING
#include <arpa/inet.h>
#include <cpprest/http_listener.h>
#include <netinet/in.h>
#include <pplx/threadpool.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "tools/sandbox/service.h"

#ifdef __SANITIZE_THREAD__
// Debian's libcpprest is built without ThreadSanitizer, which therefore misses half of the counting
// of its shared pointers and of its guards of static variables, and takes the end of a task and the
// first answer for races. Only these frames are excused.
extern "C" const char* __tsan_default_suppressions() {
  return "race:^__gnu_cxx::__exchange_and_add\n"
         "race:_Sp_counted_ptr_inplace<pplx::details::_Task_impl<*::_M_destroy\n"
         "race:web::http::details::get_default_reason_phrase\n";
}
#endif

namespace oncobridge::sandbox {
namespace {

using web::http::http_request;

constexpr std::size_t kReadSize = 64u << 10;
constexpr unsigned kNetworkThreads = 4;
constexpr auto kStopPatience = std::chrono::seconds(5);

// The port that 127.0.0.1 would listen on: the library cannot be asked for port 0 and report its
// choice, and says of a port in use only an error number.
tl::expected<uint16_t, std::string> available_port(uint16_t wanted) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return tl::unexpected<std::string>(std::strerror(errno));
  const int reuse = 1;  // as the library does: a port just left is free
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(wanted);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool good = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::listen(fd, 1) == 0 &&
                    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  const int reason = errno;
  ::close(fd);
  if (!good) return tl::unexpected<std::string>(std::strerror(reason));
  return ntohs(address.sin_port);
}

void send(http_request request, const Response& response) {
  web::http::http_response reply(static_cast<web::http::status_code>(response.status));
  for (const auto& [name, value] : response.headers) reply.headers().add(name, value);
  reply.headers().add("Cache-Control", "no-store");
  if (request.method() != web::http::methods::HEAD) {
    reply.set_body(response.body, "application/fhir+json; charset=UTF-8");
  }
  // A client that has gone away is no error of ours; an unobserved one would end the process.
  request.reply(reply).then([](pplx::task<void> sent) {
    try {
      sent.get();
    } catch (const std::exception&) {
    }
  });
}

Request without_body(const http_request& request, std::size_t& header_bytes) {
  Request converted;
  converted.method = request.method();
  const web::uri uri = request.request_uri();
  converted.target = uri.path();
  if (!uri.query().empty()) converted.target += '?' + uri.query();
  for (const auto& [name, value] : request.headers()) {
    header_bytes += name.size() + value.size();
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    converted.headers.emplace_back(std::move(lower), value);
  }
  return converted;
}

}  // namespace

// Shared with every callback that the library still holds, so it outlives the Server if need be.
// Callbacks never wait: they run on the few threads that also read the sockets, and one waiting
// for a body there would wait for itself.
struct Server::Core : std::enable_shared_from_this<Server::Core> {
  // A request whose body is still arriving.
  struct Incoming {
    http_request http;
    Request request;
    std::size_t expected = 0;
    bool has_length = false;
    std::vector<uint8_t> buffer;
  };
  struct Job {
    http_request http;
    Request request;
  };

  explicit Core(const ServerOptions& chosen) : options(chosen) {}

  std::optional<std::string> listen(uint16_t port);
  void start_workers();
  void work();
  void receive(http_request http);
  std::optional<Response> refuse(Incoming& incoming, std::size_t header_bytes) const;
  void read_more(std::shared_ptr<Incoming> incoming);
  void take(std::shared_ptr<Incoming> incoming, std::size_t read);
  void give_up(Incoming& incoming, const Response& response);
  void enqueue(Incoming& incoming);
  bool stop();

  ServerOptions options;
  std::string base_url;
  Store store;
  std::optional<Service> service;
  std::unique_ptr<web::http::experimental::listener::http_listener> listener;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> pending{0};

  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Job> queue;
  bool closed = false;
  std::vector<std::thread> workers;
};

std::optional<std::string> Server::Core::listen(uint16_t port) {
  using web::http::experimental::listener::http_listener;
  const std::string origin = "http://127.0.0.1:" + std::to_string(port);
  base_url = origin + "/fhir";
  service.emplace(store, base_url);
  try {
    // All paths: the library's own answer to an unknown one has no OperationOutcome.
    listener = std::make_unique<http_listener>(origin + "/");
    const auto handler = [core = weak_from_this()](http_request http) {
      if (const auto alive = core.lock()) alive->receive(std::move(http));
    };
    listener->support(handler);
    // These two are answered by the library unless they are named.
    listener->support(web::http::methods::OPTIONS, handler);
    listener->support(web::http::methods::TRCE, handler);
    listener->open().wait();
  } catch (const std::exception& error) {
    listener.reset();
    return error.what();
  }
  return std::nullopt;
}

void Server::Core::start_workers() {
  for (unsigned i = 0; i < std::max(1u, options.workers); ++i) {
    workers.emplace_back([this] { work(); });
  }
}

void Server::Core::work() {
  while (true) {
    std::unique_lock lock(mutex);
    wake.wait(lock, [this] { return closed || !queue.empty(); });
    if (queue.empty()) return;
    Job job = std::move(queue.front());
    queue.pop_front();
    lock.unlock();

    const std::size_t bytes = job.request.body.size();
    Response response;
    try {
      response = service->handle(std::move(job.request));
    } catch (const std::exception&) {
      response = error_response(500, "exception", "the trial server failed on this request");
    }
    pending -= bytes;
    send(std::move(job.http), response);
  }
}

void Server::Core::receive(http_request http) {
  auto incoming = std::make_shared<Incoming>();
  std::size_t header_bytes = 0;
  incoming->request = without_body(http, header_bytes);
  incoming->http = std::move(http);
  if (const auto response = refuse(*incoming, header_bytes)) {
    give_up(*incoming, *response);
  } else if (incoming->has_length && incoming->expected == 0) {
    enqueue(*incoming);
  } else {
    incoming->buffer.resize(kReadSize);
    read_more(std::move(incoming));
  }
}

// What the header fields alone decide.
std::optional<Response> Server::Core::refuse(Incoming& incoming, std::size_t header_bytes) const {
  const Request& request = incoming.request;
  if (stopping) return error_response(503, "transient", "the trial server is stopping");
  if (header_bytes > options.max_header) {
    return error_response(431, "too-long", "the header fields are too large");
  }
  const std::string_view length = request.header("content-length");
  const std::string_view transfer = request.header("transfer-encoding");
  if (!length.empty() && !transfer.empty()) {
    return error_response(400, "invalid", "Content-Length together with Transfer-Encoding");
  }
  if (length.empty()) {
    const bool needs_body = request.method == "POST" || request.method == "PUT";
    incoming.has_length = transfer.empty();
    if (!needs_body || !transfer.empty()) return std::nullopt;
    return error_response(411, "required", "a body needs a Content-Length");
  }
  const auto [end, error] =
      std::from_chars(length.data(), length.data() + length.size(), incoming.expected);
  if (error != std::errc() || end != length.data() + length.size()) {
    Response response = error_response(400, "invalid", "Content-Length is not a number");
    response.headers.emplace_back("Connection", "close");
    return response;
  }
  incoming.has_length = true;
  if (incoming.expected > options.max_body) {
    return error_response(413, "too-long",
                          "a body may have " + std::to_string(options.max_body) + " bytes");
  }
  return std::nullopt;
}

void Server::Core::read_more(std::shared_ptr<Incoming> incoming) {
  auto stream = incoming->http.body().streambuf();
  uint8_t* const buffer = incoming->buffer.data();
  stream.getn(buffer, kReadSize)
      .then([core = shared_from_this(), incoming = std::move(incoming)](pplx::task<size_t> task) {
        std::size_t read = 0;
        try {
          read = task.get();
        } catch (const std::exception&) {
          return core->give_up(*incoming, error_response(400, "incomplete", "the body broke off"));
        }
        core->take(incoming, read);
      });
}

void Server::Core::take(std::shared_ptr<Incoming> incoming, std::size_t read) {
  std::string& body = incoming->request.body;
  if (read == 0) {
    if (incoming->has_length && body.size() != incoming->expected) {
      return give_up(*incoming, error_response(400, "incomplete", "the body ends too early"));
    }
    return enqueue(*incoming);
  }
  if (body.size() + read > options.max_body) {
    return give_up(*incoming, error_response(413, "too-long",
                                             "a body may have " + std::to_string(options.max_body) +
                                                 " bytes"));
  }
  if (pending + read > options.max_pending) {
    Response response = error_response(503, "throttled", "too many large requests at once");
    response.headers.emplace_back("Retry-After", "1");
    return give_up(*incoming, response);
  }
  pending += read;
  body.append(reinterpret_cast<const char*>(incoming->buffer.data()), read);
  read_more(std::move(incoming));
}

// Once nobody reads the stream the library drops what still arrives, and sends the answer when
// the client has finished: no memory is used and the client gets to see why.
void Server::Core::give_up(Incoming& incoming, const Response& response) {
  pending -= incoming.request.body.size();
  incoming.request.body = {};
  incoming.http.body().close().then([](pplx::task<void> closed) {
    try {
      closed.get();
    } catch (const std::exception&) {
    }
  });
  send(incoming.http, response);
}

void Server::Core::enqueue(Incoming& incoming) {
  {
    const std::lock_guard lock(mutex);
    if (!closed && queue.size() < options.max_queue) {
      queue.push_back({incoming.http, std::move(incoming.request)});
      wake.notify_one();
      return;
    }
  }
  Response response = error_response(503, "throttled", "too many requests at once");
  response.headers.emplace_back("Retry-After", "1");
  give_up(incoming, response);
}

bool Server::Core::stop() {
  if (!listener) return true;
  stopping = true;
  // Workers go on meanwhile: the library waits for every connection, and those for their answers.
  auto finished = std::make_shared<std::promise<void>>();
  auto done = finished->get_future();
  std::thread([core = shared_from_this(), finished] {
    try {
      core->listener->close().wait();
    } catch (const std::exception&) {
    }
    finished->set_value();
  }).detach();
  const bool clean = done.wait_for(kStopPatience) == std::future_status::ready;
  {
    const std::lock_guard lock(mutex);
    closed = true;
  }
  wake.notify_all();
  for (std::thread& worker : workers) worker.join();
  workers.clear();
  if (clean) listener.reset();
  return clean;
}

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}
Server::Server(Server&&) noexcept = default;

Server& Server::operator=(Server&& other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}

Server::~Server() {
  if (core_) core_->stop();
}

tl::expected<Server, std::string> Server::start(const ServerOptions& options) {
  try {
    // Must precede the first use of the library; later calls throw and change nothing.
    crossplat::threadpool::initialize_with_threads(kNetworkThreads);
  } catch (const std::exception&) {
  }
  std::string reason;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const auto port = available_port(options.port);
    if (!port) {
      reason = port.error();
      break;
    }
    auto core = std::make_shared<Core>(options);
    const auto error = core->listen(*port);
    if (!error) {
      core->start_workers();
      return Server(std::move(core));
    }
    reason = *error;
  }
  const std::string place = "127.0.0.1:" + std::to_string(options.port);
  return tl::unexpected("cannot listen on " + place + ": " + reason +
                        (options.port ? "; port 0 takes a free one" : ""));
}

const std::string& Server::base_url() const { return core_->base_url; }
Store& Server::store() { return core_->store; }
bool Server::stop() { return core_->stop(); }

}  // namespace oncobridge::sandbox
