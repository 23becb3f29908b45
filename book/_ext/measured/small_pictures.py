"""Pictures within figures, in fewer bytes: few colours are written as a palette.

Pillow's own `quantize` may change a colour, and pyoxipng, which would do this, would be
one more compiled dependency for these few lines.
"""

import base64
import functools
import io

import numpy as np
from PIL import Image

_PNG = "data:image/png;base64,"
_MOST = 256  # colours of a palette


@functools.cache
def smaller(address: str) -> str:
    """Return a picture's `data:` address with the same pixels in fewer bytes.

    Matplotlib writes four numbers per pixel. Any other address, and one that would not
    become shorter, stays as it is.
    """
    if not address.startswith(_PNG):
        return address
    content = base64.b64decode(address.removeprefix(_PNG))
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))
    colors, places = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    if len(colors) > _MOST:
        return address
    picture = Image.fromarray(places.astype(np.uint8).reshape(pixels.shape[:2]), "P")
    picture.putpalette(colors[:, :3].tobytes())
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True, transparency=colors[:, 3].tobytes())
    return min(address, _PNG + base64.b64encode(out.getvalue()).decode(), key=len)
