#include "oncobridge/base/uuid.h"

// The one-shot digest contexts can be copied after the key or namespace has been absorbed, which the
// EVP interface allows only with an allocation per id.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <cstring>

namespace oncobridge {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool parse_uuid(std::string_view text, unsigned char* bytes) {
  if (text.size() != 36) return false;
  std::size_t out = 0;
  for (std::size_t i = 0; i < 36;) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i++] != '-') return false;
      continue;
    }
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[out++] = static_cast<unsigned char>(high << 4 | low);
    i += 2;
  }
  return true;
}

void write_uuid(unsigned char* bytes, int version, UuidText& out) {
  constexpr char kHex[] = "0123456789abcdef";
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | version << 4);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  char* at = out.data();
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = kHex[bytes[i] >> 4];
    *at++ = kHex[bytes[i] & 0x0F];
  }
}

}  // namespace

struct IdMaker::State {
  bool keyed = false;
  SHA256_CTX inner;  // after the key's inner pad (RFC 2104)
  SHA256_CTX outer;  // after the key's outer pad
  SHA_CTX named;     // after the namespace
};

IdMaker::IdMaker(std::unique_ptr<const State> state) : state_(std::move(state)) {}
IdMaker::IdMaker(IdMaker&&) noexcept = default;
IdMaker& IdMaker::operator=(IdMaker&&) noexcept = default;
IdMaker::~IdMaker() = default;

Result<IdMaker> IdMaker::with_key(std::string_view key) {
  if (key.size() < 16) {
    return fault("id-key-too-short", "the site key has fewer than 16 bytes",
                 "make one with: head -c 32 /dev/urandom > site.key; chmod 600 site.key");
  }
  unsigned char block[SHA256_CBLOCK] = {};
  if (key.size() > sizeof(block)) {
    SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), block);
  } else {
    std::memcpy(block, key.data(), key.size());
  }
  auto state = std::make_unique<State>();
  state->keyed = true;
  unsigned char pad[SHA256_CBLOCK];
  for (std::size_t i = 0; i < sizeof(pad); ++i) pad[i] = block[i] ^ 0x36;
  SHA256_Init(&state->inner);
  SHA256_Update(&state->inner, pad, sizeof(pad));
  for (std::size_t i = 0; i < sizeof(pad); ++i) pad[i] = block[i] ^ 0x5C;
  SHA256_Init(&state->outer);
  SHA256_Update(&state->outer, pad, sizeof(pad));
  return IdMaker(std::move(state));
}

Result<IdMaker> IdMaker::with_namespace(std::string_view name_space) {
  unsigned char bytes[16];
  if (!parse_uuid(name_space, bytes)) {
    return fault("id-namespace", "the id namespace is not a UUID",
                 "write it as xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
  }
  auto state = std::make_unique<State>();
  SHA1_Init(&state->named);
  SHA1_Update(&state->named, bytes, sizeof(bytes));
  return IdMaker(std::move(state));
}

void IdMaker::make(std::string_view name, UuidText& out) const {
  if (state_->keyed) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256_CTX context = state_->inner;
    SHA256_Update(&context, name.data(), name.size());
    SHA256_Final(digest, &context);
    context = state_->outer;
    SHA256_Update(&context, digest, sizeof(digest));
    SHA256_Final(digest, &context);
    write_uuid(digest, 8, out);
    return;
  }
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA_CTX context = state_->named;
  SHA1_Update(&context, name.data(), name.size());
  SHA1_Final(digest, &context);
  write_uuid(digest, 5, out);
}

}  // namespace oncobridge
