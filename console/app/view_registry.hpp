// SPDX-License-Identifier: GPL-3.0-or-later
// The views of a cluster, in the order of the sidebar. A new view joins here with one line; nothing else knows it.
#pragma once

#include "console/views/view.hpp"

#include <functional>
#include <vector>

class QWidget;

namespace lvsdeck::console {

struct ViewEntry {
    QString id;   ///< also what --view takes
    QString name; ///< translated
    std::function<QWidget*(ViewContext, QWidget*)> make;
};

[[nodiscard]] std::vector<ViewEntry> allViews();

} // namespace lvsdeck::console
