// Reads TNM notation as sources write it: `cT4bN3M0`, `pT1c pN0(sn) cM0`, `ypT2(m) N1mi`, any case,
// with blanks or separators between the categories. Pure functions; the views point into the text
// read. Notation: AJCC Cancer Staging Manual, 8th edition, chapter 1; UICC TNM, 8th edition.
#pragma once

#include <cstdint>
#include <string_view>

namespace oncobridge {

enum class TnmPrefix : std::uint8_t { none, c, p, yc, yp, r, rc, rp, a };
inline constexpr std::string_view kTnmPrefixes[] = {"", "c", "p", "yc", "yp", "r", "rc", "rp", "a"};

struct TnmCategory {
  TnmPrefix prefix;         // its own; none: not written
  std::string_view stated;  // as in the text, e.g. `N0 (i+)`; empty: no such category
  // In AJCC's spelling without prefix: `T4b`, `Tis(DCIS)`, `N1mi`, `M0(i+)`.
  char value[16];
  std::uint8_t value_size;
  // What describes the category without changing it: `(m)`, `(sn)`, `(f)`, `(3/15)`.
  char descriptor[16];
  std::uint8_t descriptor_size;

  explicit operator bool() const { return !stated.empty(); }
  std::string_view text() const { return {value, value_size}; }
  std::string_view describing() const { return {descriptor, descriptor_size}; }
};

enum class TnmReading : std::uint8_t {
  read,
  not_tnm,
  ambiguous,  // `pT2N1cM0`: N1c M0, or N1 and cM0
};

struct TnmText {
  TnmCategory t;
  TnmCategory n;
  TnmCategory m;
  std::string_view rest;   // further factors after the categories, e.g. `L0 V0 G2 R0`
  std::string_view group;  // of `T2 N1 M0, stage IIB` and `Stage IIB (T2N1M0)`
};

TnmReading read_tnm(std::string_view text, TnmText& out);

// One category on its own: as read_tnm with that axis only. `axis` is T, N or M.
TnmReading read_tnm_category(std::string_view text, char axis, TnmCategory& out);

// True for an AJCC stage group: 0, 0a, 0is, I..IV with a letter and number (IIA, IVB1, IIIC),
// Occult.
bool is_stage_group(std::string_view text);

}  // namespace oncobridge
