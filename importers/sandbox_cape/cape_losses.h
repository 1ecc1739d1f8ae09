#pragma once

#include "core/base/loss.h"

/// How telemetry of a sandbox report can be lost.
namespace trocar {

inline constexpr LossKind kCapeCallBroken{"cape_call_broken", LossSeverity::error,
                                          "An API call is not valid JSON and was not read; its bytes are kept."};
inline constexpr LossKind kCapeCallTooLong{
    "cape_call_too_long", LossSeverity::error,
    "An API call is longer than the limit and was passed over; its first 64 KiB are kept."};
inline constexpr LossKind kCapeCallCut{"cape_call_cut", LossSeverity::error,
                                       "The file ends within an API call; its bytes are kept."};
inline constexpr LossKind kCapeReportCut{"cape_report_cut", LossSeverity::error,
                                         "The report ends before it is complete: calls may be missing."};
inline constexpr LossKind kCapeTooManyProcesses{
    "cape_too_many_processes", LossSeverity::error,
    "The report lists more processes than the limit; the calls of the others were not read."};
inline constexpr LossKind kCapeNoCall{"cape_no_api_name", LossSeverity::error,
                                      "An element of a process's calls names no API; its bytes are kept."};
inline constexpr LossKind kCapeJunk{"cape_text_between_values", LossSeverity::warning,
                                    "The report holds text that JSON does not allow there; told once."};
inline constexpr LossKind kCapeBadCharacters{
    "cape_bad_characters", LossSeverity::warning,
    "A call holds bytes that are no UTF-8; they were replaced and it was read."};
inline constexpr LossKind kCapeTooManyArguments{
    "cape_arguments_cut", LossSeverity::warning,
    "A call has more arguments than the limit; the rest is in the raw record."};
inline constexpr LossKind kCapeHandleUnknown{
    "cape_handle_unknown", LossSeverity::warning,
    "A call acts on a handle whose opening is not in the report: it is kept, its target is not known."};
inline constexpr LossKind kCapeProcessUnknown{"cape_process_without_pid", LossSeverity::warning,
                                              "A process of the report has no process id: its calls have no source."};

}  // namespace trocar
