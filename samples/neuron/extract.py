#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
"""Take the NEFF out of a model that was compiled before: a TensorFlow SavedModel, a traced PyTorch model, a compiler's folder.

Looks for the header of a NEFF in every file, so it needs neither TensorFlow nor PyTorch, nor a Neuron device.
"""
import argparse
import sys

import neff


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', help='a folder or a file: saved_model.pb, model.pt, file.neff')
    parser.add_argument('--out', metavar='FILE', help='write the NEFF there; without it they are only listed')
    parser.add_argument('--pick', type=int, metavar='N', help='which one, from 1, where there are several')
    args = parser.parse_args(arguments)
    kept, count = None, 0
    try:
        for where, header, data in neff.search(args.source):
            count += 1
            print('%d: %s\n   %s' % (count, where, header))
            if count == (args.pick or 1):
                kept = data
    except OSError as error:
        sys.exit('extract.py: %s: %s' % (error.filename or args.source, error.strerror))
    if not count:
        sys.exit('extract.py: %s: no NEFF inside' % args.source)
    if not args.out:
        return
    if kept is None:
        sys.exit('extract.py: there is no NEFF number %d' % args.pick)
    if count > 1 and not args.pick:
        sys.exit('extract.py: %d NEFFs: the model was compiled in pieces; choose one with --pick. libyolo needs one that goes from '
                 'the picture to the raw heads.' % count)
    neff.write(args.out, kept)
    print('wrote %s' % args.out)


if __name__ == '__main__':
    main()
