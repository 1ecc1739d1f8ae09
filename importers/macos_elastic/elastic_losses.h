#pragma once

#include "core/base/loss.h"

namespace trocar {

inline constexpr LossKind kElasticBroken{"elastic_document_broken", LossSeverity::error,
                                         "A document is not valid JSON and was not read; its bytes are kept."};
inline constexpr LossKind kElasticOther{
    "elastic_not_of_a_mac", LossSeverity::warning,
    "A document is of another system than macOS, or not of Elastic Defend: not read here; its bytes are kept."};
inline constexpr LossKind kElasticIncomplete{
    "elastic_process_missing", LossSeverity::warning,
    "A document lacks a process that its action is about; it is kept and can be found, but takes no part in "
    "chains."};
inline constexpr LossKind kElasticCut{
    "elastic_fields_cut", LossSeverity::warning,
    "A document has more values than the limit, or nests deeper; the rest is in the raw record."};

}  // namespace trocar
