from resnet_lib.check.vanishing import gradient_norms, he_init
from resnet_lib.check.exercise import names, hint, progress
from resnet_lib.check.residual import basic_block
