// Resource ids: lower-case UUIDs that are a function of a name, so that the same fact always gets
// the same id. Version 8 from HMAC-SHA-256 with a site key (RFC 9562 section 5.8; cannot be
// reversed to a record number without the key), or version 5 from a namespace (RFC 9562
// section 5.5; anyone who can guess the case id can compute it). An IdMaker is immutable and may be
// shared between threads.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "oncobridge/base/result.h"

namespace oncobridge {

using UuidText = std::array<char, 36>;

inline std::string_view view(const UuidText& id) { return {id.data(), id.size()}; }

class IdMaker {
 public:
  // The project's own namespace: the default when neither a key nor a namespace is given.
  static constexpr std::string_view kDefaultNamespace = "6f3a1c52-0d0b-5b5e-9c1f-6f6e636f6272";

  // `key`: at least 16 bytes of secret.
  static Result<IdMaker> with_key(std::string_view key);
  // `name_space`: a UUID in its text form.
  static Result<IdMaker> with_namespace(std::string_view name_space);

  IdMaker(IdMaker&&) noexcept;
  IdMaker& operator=(IdMaker&&) noexcept;
  ~IdMaker();

  void make(std::string_view name, UuidText& out) const;

  // The beginning of many names, hashed once: make(prefix("ab"), "c") is the id of "abc".
  struct Prefix {
    alignas(8) std::array<unsigned char, 112> state;
  };
  Prefix prefix(std::string_view beginning) const;
  void make(const Prefix& beginning, std::string_view rest, UuidText& out) const;

 private:
  struct State;
  explicit IdMaker(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace oncobridge
