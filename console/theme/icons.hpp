// SPDX-License-Identifier: GPL-3.0-or-later
// The Breeze symbols that are compiled in, drawn in the colour of the text they stand beside. Window thread only.
#pragma once

#include <QIcon>
#include <QString>

namespace lvsdeck::console {

/// `name` is a file of resources/icons without ".svg". The icon follows the palette: it is drawn when it is needed.
[[nodiscard]] QIcon symbol(const QString& name);

} // namespace lvsdeck::console
