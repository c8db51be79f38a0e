#include "converters/technique.h"

#include <algorithm>

#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

struct Sign {
  std::string_view text;
  Techniques techniques;
};

constexpr Sign kInDisplays[] = {
    {"by Immune stain", technique::immune_stain},
    {"Immune stain study", technique::immune_stain},
    {"by FISH", technique::fish},
    {"by Molecular genetics method", technique::molecular},
    {"in Serum", technique::assay},
    {"in Urine", technique::assay},
};

// Abbreviations stand alone.
constexpr Sign kAbbreviations[] = {
    {"ihc", technique::immune_stain},
    {"icc", technique::immune_stain},
    {"fish", technique::fish},
    {"ish", technique::other_hybridization},
    {"cish", technique::other_hybridization},
    {"sish", technique::other_hybridization},
    {"dish", technique::other_hybridization},
    {"ddish", technique::other_hybridization},
    {"ngs", technique::molecular},
    {"wes", technique::molecular},
    {"wgs", technique::molecular},
    {"mlpa", technique::molecular},
    {"fcm", technique::flow_cytometry},
    {"facs", technique::flow_cytometry},
    {"elisa", technique::assay},
    {"ria", technique::assay},
    {"clia", technique::assay},
    {"eclia", technique::assay},
    {"cmia", technique::assay},
    // Clones of antibodies.
    {"mib1", technique::immune_stain},
    {"sp1", technique::immune_stain},
    {"sp2", technique::immune_stain},
    {"6f11", technique::immune_stain},
    {"1d5", technique::immune_stain},
    {"4b5", technique::immune_stain},
    {"pgr636", technique::immune_stain},
    {"22c3", technique::immune_stain},
    {"sp142", technique::immune_stain},
    {"sp263", technique::immune_stain},
    {"h&e", technique::morphology},
    {"he", technique::morphology},
};

// Beginnings of words and parts of longer ones.
constexpr Sign kParts[] = {
    {"immunohisto", technique::immune_stain},
    {"immuno-histo", technique::immune_stain},
    {"immunocyto", technique::immune_stain},
    {"immunoenzym", technique::immune_stain},
    {"herceptest", technique::immune_stain},
    {"allred", technique::immune_stain},
    {"mib-1", technique::immune_stain},
    {"immunostain", technique::immune_stain},
    {"immune stain", technique::immune_stain},
    {"immunoperoxidase", technique::immune_stain},
    {"pcr", technique::molecular},
    {"polymerase chain", technique::molecular},
    {"sequencing", technique::molecular},
    {"next-generation", technique::molecular},
    {"next generation", technique::molecular},
    {"rna-seq", technique::molecular},
    {"rnaseq", technique::molecular},
    {"molecular genetic", technique::molecular},
    {"genetic test", technique::molecular},
    {"gene panel", technique::molecular},
    {"germline", technique::molecular},
    {"oncotype", technique::molecular},
    {"mammaprint", technique::molecular},
    {"microarray", technique::molecular},
    {"mrna", technique::molecular},
    {"gene expression", technique::molecular},
    {"flow cytom", technique::flow_cytometry},
    {"immunoassay", technique::assay},
    {"immunosorbent", technique::assay},
    {"radioimmuno", technique::assay},
    {"ligand binding", technique::assay},
    {"cytosol", technique::assay},
    {"dextran", technique::assay},
    {"chemiluminesc", technique::assay},
    {"hematoxylin", technique::morphology},
    {"haematoxylin", technique::morphology},
};

// Amplification is not among them: it is a status of HER2.
constexpr std::string_view kGeneChanges[] = {
    "mutat",    "mutant",   "wild",    "exon",       "delet",    "insert", "fusion",
    "rearrang", "transloc", "variant", "frameshift", "missense", "splic"};
constexpr std::string_view kStaining[] = {"positiv", "negativ", "stain", "+"};

bool in_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

bool contains_any(std::string_view words, const auto& parts) {
  return std::any_of(std::begin(parts), std::end(parts),
                     [&](std::string_view part) { return contains_folded(words, part); });
}

// Calls `use` for each run of letters and digits, `&` included.
template <typename Use>
void each_word(std::string_view words, Use use) {
  std::size_t start = 0;
  for (std::size_t at = 0; at <= words.size(); ++at) {
    if (at < words.size() && (in_word(words[at]) || words[at] == '&')) continue;
    if (at > start) use(words.substr(start, at - start));
    start = at + 1;
  }
}

bool same_word(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() && contains_folded(word, lower);
}

// An exchanged amino acid: V600E.
bool is_exchange(std::string_view word) {
  if (word.size() < 3 || !is_capital(word.front()) || !is_capital(word.back())) return false;
  return std::all_of(word.begin() + 1, word.end() - 1, is_digit);
}

}  // namespace

Techniques techniques_of_test(std::string_view loinc_display) {
  for (const Sign& sign : kInDisplays) {
    if (loinc_display.find(sign.text) != std::string_view::npos) return sign.techniques;
  }
  return 0;
}

Techniques techniques_in_words(std::string_view words) {
  Techniques found = 0;
  each_word(words, [&](std::string_view word) {
    for (const Sign& sign : kAbbreviations) {
      if (same_word(word, sign.text)) found |= sign.techniques;
    }
  });
  for (const Sign& sign : kParts) {
    if (contains_folded(words, sign.text)) found |= sign.techniques;
  }
  if (contains_folded(words, "in situ hybridi") || contains_folded(words, "in-situ hybridi")) {
    found |=
        contains_folded(words, "fluorescen") ? technique::fish : technique::other_hybridization;
  }
  return found;
}

bool speaks_of_gene_change(std::string_view words) {
  bool changed = contains_any(words, kGeneChanges);
  each_word(words, [&](std::string_view word) { changed = changed || is_exchange(word); });
  return changed;
}

bool speaks_of_staining(std::string_view words) {
  return contains_any(words, kStaining) && !speaks_of_gene_change(words) &&
         !contains_folded(words, "amplif");
}

}  // namespace oncobridge
