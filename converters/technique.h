// By which technique a test is done: as the LOINC display of its code names it, and as a record's
// words say it. Pure functions; those for codes are used when the tables are loaded.
#pragma once

#include <string_view>

#include "oncobridge/record/term.h"

namespace oncobridge {

// `CD20 Ag [Presence] in Tissue by Immune stain` is done by technique::immune_stain, a
// concentration in serum, plasma or urine by technique::assay. 0: the code leaves it open.
Techniques techniques_of_test(std::string_view loinc_display);
// `HER2 IHC and FISH` names two techniques, `core biopsy` none (0).
Techniques techniques_in_words(std::string_view words);

// True if the words tell of a change of the gene (`exon 19 deletion`, `L858R`, `ALK fusion`).
bool speaks_of_gene_change(std::string_view words);
// True if the words tell of staining (`strongly positive`, `2+`), and not of a change of the gene.
bool speaks_of_staining(std::string_view words);

}  // namespace oncobridge
