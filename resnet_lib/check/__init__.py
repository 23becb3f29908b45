from resnet_lib.check.vanishing import gradient_norms, he_init
from resnet_lib.check.decay import decay_rate, why_no_learning
from resnet_lib.check.exercise import names, hint, progress
from resnet_lib.check.residual import shortcut, basic_block, identity_at_init
from resnet_lib.check.gallery import failure_gallery
