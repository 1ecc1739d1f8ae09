#pragma once

#include "core/base/loss.h"

/// How telemetry of a monitor's BSON log can be lost, beside what importers/sandbox_cape counts of calls.
namespace trocar {

inline constexpr LossKind kBsonDamaged{
    "bson_document_damaged", LossSeverity::error,
    "Bytes that are no BSON document; reading goes on at the next one that begins as the monitor's do."};
inline constexpr LossKind kBsonTooLong{
    "bson_document_too_long", LossSeverity::error,
    "A document is longer than the limit and was passed over; its first 64 KiB are kept."};
inline constexpr LossKind kBsonCut{"bson_document_cut", LossSeverity::error, "The log ends within a document."};
inline constexpr LossKind kBsonGivenUp{
    "bson_log_given_up", LossSeverity::error,
    "The log holds so much damage that the rest of it was not read: documents may be missing."};
inline constexpr LossKind kBsonInfoBroken{
    "bson_explanation_broken", LossSeverity::error,
    "An explanation of an API's calls names no API or no arguments: such calls cannot be read."};
inline constexpr LossKind kBsonTooManyInfos{
    "bson_too_many_explanations", LossSeverity::error,
    "The log explains more than the limit: calls of the APIs beyond it cannot be read."};
inline constexpr LossKind kBsonUnexplained{
    "bson_call_unexplained", LossSeverity::error,
    "A call of an API that the log did not explain before; its bytes are kept."};
inline constexpr LossKind kBsonArguments{
    "bson_arguments_unlike_explanation", LossSeverity::error,
    "A call has more or fewer arguments than its explanation; its bytes are kept."};
inline constexpr LossKind kBsonNoCall{"bson_message_of_the_monitor", LossSeverity::info,
                                      "A message of the monitor, or a dumped buffer: no call; its bytes are kept."};
inline constexpr LossKind kBsonTooManyProcesses{
    "bson_too_many_processes", LossSeverity::error,
    "The log names more processes than the limit; the calls of the others have no source."};

}  // namespace trocar
