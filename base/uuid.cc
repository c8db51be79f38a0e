#include "oncobridge/base/uuid.h"

// The one-shot digest contexts can be copied after the key or namespace has been absorbed, which
// the EVP interface allows only with an allocation per id.
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

constexpr auto kHexPairs = [] {
  constexpr char kHex[] = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = kHex[i >> 4];
    pairs[2 * i + 1] = kHex[i & 0x0F];
  }
  return pairs;
}();

void write_uuid(unsigned char* bytes, int version, UuidText& out) {
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | version << 4);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  char* at = out.data();
  const auto group = [&](int from, int to) {
    for (int i = from; i < to; ++i, at += 2)
      std::memcpy(at, &kHexPairs[std::size_t{2} * bytes[i]], 2);
  };
  group(0, 4);
  for (int i = 4; i < 10; i += 2) {
    *at++ = '-';
    group(i, i + 2);
  }
  *at++ = '-';
  group(10, 16);
}

constexpr std::size_t kBlock = 64;  // of both digests
static_assert(SHA_CBLOCK == kBlock && SHA256_CBLOCK == kBlock);

void store_big_endian(std::uint32_t word, unsigned char* at) {
  at[0] = static_cast<unsigned char>(word >> 24);
  at[1] = static_cast<unsigned char>(word >> 16);
  at[2] = static_cast<unsigned char>(word >> 8);
  at[3] = static_cast<unsigned char>(word);
}

// Absorbs the rest of a message and its padding (FIPS 180-4 section 5.1.1) block by block. The
// library's Update and Final do the same but copy and wipe buffers for every id, which costs as
// much as the hash.
template <typename Context, void (*transform)(Context*, const unsigned char*)>
void absorb_last(Context& context, std::string_view rest) {
  const std::uint64_t bits = (std::uint64_t{context.Nh} << 32 | context.Nl) + rest.size() * 8;
  unsigned char last[2 * kBlock] = {};
  std::size_t used = context.num;
  std::memcpy(last, context.data, used);
  while (rest.size() >= kBlock - used) {
    std::memcpy(last + used, rest.data(), kBlock - used);
    rest.remove_prefix(kBlock - used);
    transform(&context, last);
    std::memset(last, 0, kBlock);
    used = 0;
  }
  std::memcpy(last + used, rest.data(), rest.size());
  used += rest.size();
  last[used++] = 0x80;
  const std::size_t end = used <= kBlock - 8 ? kBlock : 2 * kBlock;
  store_big_endian(static_cast<std::uint32_t>(bits >> 32), last + end - 8);
  store_big_endian(static_cast<std::uint32_t>(bits), last + end - 4);
  transform(&context, last);
  if (end == 2 * kBlock) transform(&context, last + kBlock);
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

IdMaker::Prefix IdMaker::prefix(std::string_view beginning) const {
  static_assert(sizeof(Prefix::state) >= sizeof(SHA256_CTX) &&
                sizeof(Prefix::state) >= sizeof(SHA_CTX));
  Prefix result{};
  if (state_->keyed) {
    SHA256_CTX context = state_->inner;
    SHA256_Update(&context, beginning.data(), beginning.size());
    std::memcpy(result.state.data(), &context, sizeof(context));
  } else {
    SHA_CTX context = state_->named;
    SHA1_Update(&context, beginning.data(), beginning.size());
    std::memcpy(result.state.data(), &context, sizeof(context));
  }
  return result;
}

void IdMaker::make(const Prefix& beginning, std::string_view rest, UuidText& out) const {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  if (state_->keyed) {
    SHA256_CTX context;
    std::memcpy(&context, beginning.state.data(), sizeof(context));
    absorb_last<SHA256_CTX, SHA256_Transform>(context, rest);
    for (std::size_t i = 0; i < 8; ++i) store_big_endian(context.h[i], digest + 4 * i);
    context = state_->outer;
    absorb_last<SHA256_CTX, SHA256_Transform>(
        context, {reinterpret_cast<const char*>(digest), sizeof(digest)});
    for (std::size_t i = 0; i < 4; ++i) store_big_endian(context.h[i], digest + 4 * i);
    return write_uuid(digest, 8, out);
  }
  SHA_CTX context;
  std::memcpy(&context, beginning.state.data(), sizeof(context));
  absorb_last<SHA_CTX, SHA1_Transform>(context, rest);
  const std::uint32_t words[] = {context.h0, context.h1, context.h2, context.h3};
  for (std::size_t i = 0; i < 4; ++i) store_big_endian(words[i], digest + 4 * i);
  write_uuid(digest, 5, out);
}

void IdMaker::make(std::string_view name, UuidText& out) const { make(prefix({}), name, out); }

}  // namespace oncobridge
